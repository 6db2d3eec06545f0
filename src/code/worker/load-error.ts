import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { describeError, HandsError } from "../../core/index.ts";
import type { ModuleTrace } from "./module-hooks.ts";

/** A place in a file; counted from 1. */
interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number | null;
}

/** What went wrong while a hand's code was loaded, with its place: `hand.ts:3:7: …`. */
export function toLoadError(error: unknown, dir: string, trace: ModuleTrace): HandsError {
  const place = findPlace(error, dir, trace);
  const said = describeError(error);
  const message = said.replaceAll(`${dir}${sep}`, "").replaceAll(`${pathToFileURL(dir).href}/`, "");
  const hint = findHint(error, message);
  const file = place === null ? null : relative(dir, place.path).replaceAll("\\", "/");
  const where =
    place === null ? "" : `${[file, place.line, place.column].filter((part) => part !== null).join(":")}: `;
  return new HandsError("script_failed", `${where}${message}`, {
    cause: error,
    ...(hint === null ? {} : { hint }),
    details: { ...(error instanceof HandsError ? error.details : {}), ...describePlace(file, place) },
  });
}

function describePlace(file: string | null, place: Place | null): Record<string, unknown> {
  if (place === null) return {};
  return { file, line: place.line, ...(place.column === null ? {} : { column: place.column }) };
}

function findHint(error: unknown, message: string): string | null {
  if (error instanceof HandsError) return error.hint ?? null;
  if ((error as { code?: unknown }).code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    return "Hands are run by erasing their types: use only TypeScript that needs no code of its own (no enum, namespace or parameter property).";
  }
  if (/does not provide an export named/.test(message)) {
    return "Types are erased before the import happens: write `import type { … }` for them.";
  }
  return null;
}

function findPlace(error: unknown, dir: string, trace: ModuleTrace): Place | null {
  if (!(error instanceof Error)) return null;
  const isUnresolved =
    (error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND" && trace.unresolved !== null;
  return (
    findMarkedPlace(error.stack ?? "", dir) ??
    findFramePlace(error.stack ?? "", dir) ??
    (isUnresolved ? findImportPlace(trace) : null) ??
    (error instanceof SyntaxError ? findSyntaxPlace(error, trace) : null)
  );
}

/** Node puts file and line, the source, and a row of carets in front of the stack of what it cannot parse or link. */
function findMarkedPlace(stack: string, dir: string): Place | null {
  const marked = /^(file:\S+|\/\S+|[A-Za-z]:\\\S+):(\d+)\n([\s\S]*?)\n\s*\n?[A-Za-z]*Error\b/.exec(stack);
  if (marked === null) return null;
  const [, file = "", line = "", snippet = ""] = marked;
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (!path.startsWith(`${dir}${sep}`)) return null;
  const lines = snippet.split("\n");
  const caretLine = lines.find((text) => /^\s*\^+\s*$/.test(text));
  // Without carets the parser met the end of the file.
  const lastLine = lines.findLast((text) => text.trim() !== "") ?? "";
  const column = caretLine === undefined ? lastLine.length : caretLine.indexOf("^");
  return { path, line: Number(line), column: column + 1 };
}

function findFramePlace(stack: string, dir: string): Place | null {
  const prefix = `${pathToFileURL(dir).href}/`;
  const frame = stack.split("\n").find((line) => /^\s+at /.test(line) && line.includes(prefix));
  const found = frame === undefined ? null : /(file:\S+?):(\d+):(\d+)\)?$/.exec(frame);
  if (found === null) return null;
  const [, url = "", line = "", column = ""] = found;
  return { path: fileURLToPath(url), line: Number(line), column: Number(column) };
}

function findImportPlace({ unresolved }: ModuleTrace): Place | null {
  if (unresolved === null) return null;
  const { importer, specifier } = unresolved;
  const source = readFileSync(importer, "utf8");
  const position = Math.max(source.indexOf(`"${specifier}"`), source.indexOf(`'${specifier}'`), 0);
  const before = source.slice(0, position).split("\n");
  return { path: importer, line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/**
 * What V8 refuses after the types are gone (a name declared twice) comes without a place from a module, but with one from
 * a script: the module's text is compiled as one, its imports and exports blanked, and believed if it fails alike.
 */
function findSyntaxPlace(error: SyntaxError, { lastRead }: ModuleTrace): Place | null {
  if (lastRead === null) return null;
  const { path, source } = lastRead;
  const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");
  const body = stripTypeScriptTypes(source)
    .replaceAll(/^[ \t]*import\b[^("'`;]*["'][^"'\n]*["'];?/gm, blank)
    .replaceAll(/^[ \t]*export\s*(\*|\{)[^;\n]*;?/gm, blank)
    .replaceAll(/^([ \t]*)export default\b/gm, "$1var _default =")
    .replaceAll(/^([ \t]*)export\b/gm, "$1      ");
  try {
    new Script(`(async () => {\n${body}\n})`, { filename: path, lineOffset: -1 });
  } catch (again) {
    if (again instanceof SyntaxError && again.message === error.message) {
      return findMarkedPlace(again.stack ?? "", path.slice(0, path.lastIndexOf(sep)));
    }
  }
  return { path, line: 1, column: null };
}

import { basename, dirname } from "node:path";
import { isPlainObject } from "../core/index.ts";
import { buildHandConfig } from "./build-config.ts";
import { checkEvents } from "./check-events.ts";
import { checkGates } from "./check-gates.ts";
import { checkSchedule } from "./check-schedule.ts";
import { checkMcpServers, checkOwnEvents, checkSecrets, checkToolLists } from "./check-sections.ts";
import { checkShape, suggestHandName } from "./check-shape.ts";
import { checkTrigger } from "./check-trigger.ts";
import { quote } from "./describe-value.ts";
import type { ForeignDialect } from "./dialects.ts";
import { DIALECT_NOTES, recogniseDialect } from "./dialects.ts";
import { tableAt, valueAt } from "./document-paths.ts";
import { findUnknownKeys } from "./find-unknown-keys.ts";
import { handTomlSchema } from "./hand-toml-schema.ts";
import { clampToText, locateProblems, splitLines, withoutByteOrderMark } from "./locate-problems.ts";
import type { SyntaxFault } from "./read-document.ts";
import { readDocument } from "./read-document.ts";
import { NAME_PATTERN } from "./schema-parts.ts";
import { suggestSyntax } from "./suggest-syntax.ts";
import type { Diagnostic, HandConfig, ManifestProblem } from "./types.ts";

/** Where a manifest's text comes from. */
export interface ParseManifestOptions {
  /** Path of the file, as diagnostics shall show it. */
  readonly path: string;
  /** The hand's folder, whose name is the default of the hand's. Default: the folder in `path`. */
  readonly handDir?: string;
}

/** What a manifest's text came to. */
export interface ParsedManifest {
  /** Absent as soon as one diagnostic is an error. */
  readonly hand?: HandConfig;
  /** The name the hand has or would have; null where not even that can be read. */
  readonly name: string | null;
  /** Every problem, in the order of the file. */
  readonly diagnostics: Diagnostic[];
}

/** Reads a `HAND.toml`. Pure: it touches no file, and no text makes it throw. */
export function parseManifest(text: string, options: ParseManifestOptions): ParsedManifest {
  const content = withoutByteOrderMark(text);
  const handDir = options.handDir ?? dirname(options.path);
  const folderName = basename(handDir);
  const read = readDocument(content);
  if ("fault" in read)
    return {
      name: asName(folderName),
      diagnostics: [describeSyntaxFault(content, options.path, read.fault)],
    };

  const { document } = read;
  const name = asName(valueAt(document, ["hand", "name"])) ?? asName(folderName);
  if (!Object.hasOwn(document, "hand"))
    return { name, diagnostics: locateProblems(content, options.path, [describeForeign(document)]) };

  const problems = [...read.problems, ...checkDocument(document, name), ...checkName(document, folderName)];
  const checked = handTomlSchema.safeParse(document);
  const isBroken = problems.some((problem) => problem.severity === "error");
  const dialect = recogniseDialect(document);
  if (dialect !== "native" && dialect !== "unknown") {
    if (isBroken || !hasNativeKey(document)) {
      return { name, diagnostics: locateProblems(content, options.path, [refuseDialect(dialect)]) };
    }
    problems.push(warnOfDialect(dialect));
  }

  const diagnostics = locateProblems(content, options.path, problems);
  if (isBroken || !checked.success || name === null) return { name, diagnostics };
  return { hand: buildHandConfig(checked.data, name, handDir), name, diagnostics };
}

function asName(value: unknown): string | null {
  return typeof value === "string" && NAME_PATTERN.test(value) ? value : null;
}

function checkDocument(document: Readonly<Record<string, unknown>>, name: string | null): ManifestProblem[] {
  if (!isPlainObject(document["hand"])) return checkShape(document);
  return [
    ...checkShape(document),
    ...findUnknownKeys(document),
    ...checkSchedule(document),
    ...checkTrigger(document),
    ...checkEvents(document),
    ...checkGates(document),
    ...checkMcpServers(document),
    ...checkToolLists(document),
    ...checkOwnEvents(document, name),
    ...checkSecrets(document),
  ];
}

/** A folder whose name cannot be a hand's needs a `name`. */
function checkName(document: unknown, folderName: string): ManifestProblem[] {
  if (valueAt(document, ["hand", "name"]) !== undefined || asName(folderName) !== null) return [];
  const suggested = suggestHandName(folderName) ?? "my-hand";
  return [
    {
      severity: "error",
      code: "missing_key",
      message: `\`hand.name\` is missing, and the folder's name ${quote(folderName)} cannot be a hand's`,
      path: ["hand", "name"],
      at: "key",
      hint: `Write \`name = "${suggested}"\` below [hand].`,
    },
  ];
}

/** Whether [hand] has a key that the native form has, so that being valid says something. */
function hasNativeKey(document: unknown): boolean {
  return Object.keys(tableAt(document, ["hand"])).some((key) =>
    Object.hasOwn(handTomlSchema.shape.hand.shape, key),
  );
}

function describeForeign(document: unknown): ManifestProblem {
  const dialect = recogniseDialect(document);
  if (dialect !== "native" && dialect !== "unknown") return refuseDialect(dialect);
  const hint = "A hand starts with [hand] and a `description`; everything else is optional.";
  const message = "There is no [hand] table";
  return { severity: "error", code: "not_a_hand", message, path: [], at: "key", hint };
}

function refuseDialect(dialect: ForeignDialect): ManifestProblem {
  const { title, remedy } = DIALECT_NOTES[dialect];
  const message = `This is ${title} (dialect ${dialect}), which is not read`;
  return { severity: "error", code: "unsupported_dialect", message, path: [], at: "key", hint: remedy };
}

function warnOfDialect(dialect: ForeignDialect): ManifestProblem {
  const { title, remedy } = DIALECT_NOTES[dialect];
  const message = `This looks like ${title} (dialect ${dialect}); it is read as a native one, without what only that dialect has`;
  return { severity: "warning", code: "other_dialect", message, path: [], at: "key", hint: remedy };
}

function describeSyntaxFault(text: string, file: string, fault: SyntaxFault): Diagnostic {
  const { line, column, source } = clampToText(fault.line, fault.column, splitLines(text));
  const hint = suggestSyntax(source, fault.message);
  return {
    severity: "error",
    code: "syntax",
    message: `This is not TOML: ${fault.message}`,
    file,
    line,
    column,
    hint,
    source,
  };
}

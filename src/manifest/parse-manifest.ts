import { basename, dirname } from "node:path";
import { buildHandConfig } from "./build-config.ts";
import { checkDocument } from "./check-document.ts";
import { suggestHandName } from "./check-shape.ts";
import { quote } from "./describe-value.ts";
import type { Dialect } from "./dialects/recognise-dialect.ts";
import { DIALECT_TITLES, recogniseDialect } from "./dialects/recognise-dialect.ts";
import { valueAt } from "./document-paths.ts";
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
  /** The format, by its shape; `unknown` for what is no hand at all. */
  readonly dialect: Dialect | "unknown";
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
      dialect: "unknown",
    };

  const { document } = read;
  const name = asName(valueAt(document, ["hand", "name"])) ?? asName(folderName);
  const shape = recogniseDialect(document);
  // A `hand` of another type is a native one with a mistake, not something else.
  const dialect = shape === "unknown" && Object.hasOwn(document, "hand") ? "native" : shape;
  if (dialect !== "native") {
    const diagnostics = locateProblems(content, options.path, [describeForeign(dialect)]);
    return { name, diagnostics, dialect };
  }
  const checked = handTomlSchema.safeParse(document);
  const problems = [
    ...read.problems,
    ...checkDocument(document, name, checked),
    ...checkName(document, folderName),
  ];
  const isBroken = problems.some((problem) => problem.severity === "error");
  const diagnostics = locateProblems(content, options.path, problems);
  if (isBroken || !checked.success || name === null) return { name, diagnostics, dialect };
  return { hand: buildHandConfig(checked.data, name, handDir), name, diagnostics, dialect };
}

export function asName(value: unknown): string | null {
  return typeof value === "string" && NAME_PATTERN.test(value) ? value : null;
}

/** A folder whose name cannot be a hand's needs a `name`. */
export function checkName(document: unknown, folderName: string): ManifestProblem[] {
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

function describeForeign(dialect: Dialect | "unknown"): ManifestProblem {
  if (dialect !== "native" && dialect !== "unknown") {
    const message = `This is ${DIALECT_TITLES[dialect]} (dialect ${dialect}), of which more than this text has to be read`;
    const hint = "Load its folder, or write it in the native form with `hands convert`.";
    return { severity: "error", code: "other_dialect", message, path: [], at: "key", hint };
  }
  const hint = "A hand starts with [hand] and a `description`; everything else is optional.";
  const message = "There is no [hand] table, and the file has the shape of no other format that is known";
  return { severity: "error", code: "not_a_hand", message, path: [], at: "key", hint };
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

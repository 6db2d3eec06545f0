import { parse, TomlDate, TomlError } from "smol-toml";
import type { JsonValue } from "../core/index.ts";
import type { ManifestProblem } from "./types.ts";

/** A TOML document as JSON values. */
export interface ReadDocument {
  readonly document: Readonly<Record<string, JsonValue>>;
  /** What JSON cannot carry, and was left out. */
  readonly problems: readonly ManifestProblem[];
}

/** A text that is not TOML, and where it stops being. Line and column count from 1. */
export interface SyntaxFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Deeper than any manifest; keeps every later walk over the document within the stack. */
const DEEPEST_NESTING = 32;

/** Reads TOML. Dates and times become the texts they were written as, and a key called `__proto__` is refused. */
export function readDocument(text: string): ReadDocument | { readonly fault: SyntaxFault } {
  const problems: ManifestProblem[] = [];
  try {
    return { document: convertTable(parse(text), [], problems), problems };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { fault: { message: describeTomlError(error), line: error.line, column: error.column } };
  }
}

/** The way down to where the walk is; kept for one walk, copied where something is reported. */
type Path = (string | number)[];

/** Most tables hold nothing that JSON cannot carry: they are changed where they stand, not copied. */
function convertTable(table: object, path: Path, problems: ManifestProblem[]): Record<string, JsonValue> {
  const members = table as Record<string, unknown>;
  for (const key of Object.keys(members)) {
    path.push(key);
    const value = members[key];
    const converted = key === "__proto__" ? refuseKey(path, problems) : convertValue(value, path, problems);
    if (converted === undefined) delete members[key];
    else if (converted !== value) members[key] = converted;
    path.pop();
  }
  return members as Record<string, JsonValue>;
}

function convertValue(value: unknown, path: Path, problems: ManifestProblem[]): JsonValue | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return convertNumber(value, path, problems);
  if (value instanceof TomlDate) return writeDate(value);
  if (path.length > DEEPEST_NESTING) {
    problems.push(
      refuse(path.slice(0, 2), "key", `Tables are nested deeper than ${DEEPEST_NESTING} levels`, null),
    );
    return undefined;
  }
  if (!Array.isArray(value)) return convertTable(value as object, path, problems);
  for (const [index, item] of value.entries()) {
    path.push(index);
    value[index] = convertValue(item, path, problems) ?? null;
    path.pop();
  }
  return value;
}

function refuseKey(path: Path, problems: ManifestProblem[]): undefined {
  problems.push(refuse(path, "key", "`__proto__` cannot be a key", "Choose another name."));
}

function convertNumber(value: number, path: Path, problems: ManifestProblem[]): number | undefined {
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  problems.push(refuse(path, "value", `${value} is not a number that can be kept`, "Write a finite number."));
  return undefined;
}

/** Without the milliseconds that nobody wrote, so that a bare `07:30:00` is the text "07:30:00". */
function writeDate(date: TomlDate): string {
  return date.toISOString().replace(/\.000(?=Z|[+-]|$)/, "");
}

function refuse(path: Path, at: "key" | "value", message: string, hint: string | null): ManifestProblem {
  return { severity: "error", code: "invalid_value", message, path: [...path], at, hint };
}

function describeTomlError(error: TomlError): string {
  const firstLine = error.message.split("\n", 1)[0] ?? "";
  return firstLine.replace(/^Invalid TOML document: /, "");
}

import type { JsonValue } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import { formatKey } from "../document-paths.ts";
import type { ForeignDialect } from "./recognise-dialect.ts";
import { DIALECT_TITLES } from "./recognise-dialect.ts";
import type { NativePackage } from "./types.ts";
import { MANIFEST_FILE, PROMPT_FILE } from "./types.ts";

/** A file of a package. */
export interface PackageFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Tables in the order in which people read them. */
const ORDER = [
  "hand",
  "tools",
  "approval_gates",
  "output",
  "parameters",
  "settings",
  "secrets",
  "requires",
  "prompt",
  "dashboard",
  "model",
  "limits",
  "metadata",
];
/** A longer list is written one element a line. */
const LONGEST_LINE = 100;

type Table = Readonly<Record<string, unknown>>;

/** The files of the native package. The same package gives the same bytes. */
export function writeNativePackage(
  translated: NativePackage,
  dialect: ForeignDialect,
): readonly PackageFile[] {
  const { systemPrompt, skills } = translated;
  return [
    { path: MANIFEST_FILE, text: writeManifest(translated, dialect) },
    ...(systemPrompt === null ? [] : [{ path: PROMPT_FILE, text: systemPrompt }]),
    ...skills.map(({ name, text }) => ({ path: `skills/${name}.md`, text })),
  ];
}

function writeManifest(translated: NativePackage, dialect: ForeignDialect): string {
  const { document, missing } = translated;
  const head = [
    `# Converted from ${DIALECT_TITLES[dialect]} by \`hands convert\`.`,
    ...missing.map(({ part, hint }) => comment(`Missing: ${part}. ${hint}`)),
  ];
  const keys = Object.keys(document).toSorted((left, right) => rank(left) - rank(right));
  const tables = keys.flatMap((key) => writeTable([key], document[key], translated));
  return `${[...head, ...tables].join("\n")}\n`;
}

function rank(key: string): number {
  const index = ORDER.indexOf(key);
  return index === -1 ? ORDER.length : index;
}

/** A header with its keys, then the tables below it. */
function writeTable(path: DocumentPath, value: unknown, translated: NativePackage): string[] {
  const header = path.map((part) => writeKey(String(part))).join(".");
  if (Array.isArray(value)) {
    return value.flatMap((item) => ["", `[[${header}]]`, ...writeKeys(path, item as Table, translated)]);
  }
  if (!isPlainObject(value)) return [];
  const members = Object.entries(value);
  const isNested = (key: string, member: unknown) => {
    if (path[0] === "settings" || path[0] === "dashboard") return isTableLike(member);
    return path[0] === "metadata" && isPlainObject(member) && key !== "";
  };
  const own = members.filter(([key, member]) => !isNested(key, member));
  const below = members.filter(([key, member]) => isNested(key, member));
  // A table that has only others below it needs no header; an empty one does.
  const isBare = own.length === 0 && below.length > 0;
  return [
    ...(isBare ? [] : ["", `[${header}]`, ...writeKeys(path, Object.fromEntries(own), translated)]),
    ...below.flatMap(([key, member]) => writeTable([...path, key], member, translated)),
  ];
}

/** A form, or a list of figures: what is easier to read below a header of its own. */
function isTableLike(value: unknown): boolean {
  return (
    isPlainObject(value) ||
    (Array.isArray(value) && value.some((item) => isPlainObject(item) && "memory_key" in item))
  );
}

function writeKeys(path: DocumentPath, table: Table, translated: NativePackage): string[] {
  return Object.entries(table).map(([key, value]) => {
    const reason = translated.notes.find(
      (note) => note.kind === "defaulted" && note.to !== null && isSame(note.to.path, [...path, key]),
    )?.reason;
    const line = `${writeKey(key)} = ${writeValue(value as JsonValue)}`;
    return reason == null ? line : `${comment(reason)}\n${line}`;
  });
}

function isSame(left: DocumentPath, right: DocumentPath): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** One line, whatever the text: a line break would end the comment. */
function comment(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: TOML forbids them in comments.
  return `# ${text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ")}`;
}

function writeValue(value: JsonValue): string {
  if (typeof value === "string") return writeText(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => writeValue(item as JsonValue));
    const line = `[${items.join(", ")}]`;
    return line.length <= LONGEST_LINE ? line : `[\n${items.map((item) => `  ${item},\n`).join("")}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.entries(value).map(
      ([key, member]) => `${writeKey(key)} = ${writeValue(member as JsonValue)}`,
    );
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return typeof value === "number" ? writeNumber(value) : String(value ?? false);
}

/** A key as TOML writes it. */
function writeKey(key: string): string {
  return formatKey(key).replaceAll("\u007f", "\\u007f");
}

/** JSON's escapes are TOML's, but for DEL. */
function writeText(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

/** A whole number beyond 64 bits is no TOML integer. */
function writeNumber(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

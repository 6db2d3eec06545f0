import { createRequire } from "node:module";
import type { AST } from "toml-eslint-parser";
import type { Diagnostic, ManifestProblem } from "./types.ts";

type Path = ManifestProblem["path"];

/** No problem is deeper, and a key with a thousand dots would cost a million steps. */
const DEEPEST_PLACE = 40;

/** A place in a text. The line counts from 1, the column from 0. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where the key and the value at a path begin. */
interface Place {
  readonly key: Position;
  readonly value: Position;
}

/**
 * Looks up the line and column of each problem, and puts them in the order of the file. What has no place of its own (a key
 * that is missing) stands at the nearest table around it. Texts that are no TOML give diagnostics without a place.
 */
export function locateProblems(
  text: string,
  file: string,
  problems: readonly ManifestProblem[],
): Diagnostic[] {
  if (problems.length === 0) return [];
  const content = withoutByteOrderMark(text);
  const lines = splitLines(content);
  const places = readPlaces(content);
  const diagnostics = problems.map((problem): Diagnostic => {
    const found = places === undefined ? undefined : findPlace(places, problem);
    const place = found === undefined ? null : clampToText(found.line, found.column + 1, lines);
    const { severity, code, message, hint } = problem;
    return {
      severity,
      code,
      message,
      file,
      line: place?.line ?? null,
      column: place?.column ?? null,
      hint,
      source: place?.source ?? null,
    };
  });
  return diagnostics.sort(
    (left, right) => (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
}

/** Keeps a place inside the text; a column may stand one behind the end of its line, never further. */
export function clampToText(
  line: number,
  column: number,
  lines: readonly string[],
): { line: number; column: number; source: string } {
  const safeLine = Math.min(Math.max(line, 1), Math.max(lines.length, 1));
  const source = lines[safeLine - 1] ?? "";
  return { line: safeLine, column: Math.min(Math.max(column, 1), source.length + 1), source };
}

/** The lines of a text, without their ends. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** The text without the invisible marks that some editors put in front of it. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF+/, "");
}

function findPlace(places: ReadonlyMap<string, Place>, problem: ManifestProblem): Position {
  const whole = places.get(keyOf(problem.path));
  if (whole !== undefined) return problem.at === "key" ? whole.key : whole.value;
  for (let length = problem.path.length - 1; length > 0; length -= 1) {
    const around = places.get(keyOf(problem.path.slice(0, length)));
    if (around !== undefined) return around.key;
  }
  return { line: 1, column: 0 };
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** Undefined where the text cannot be read. The parser costs 20 ms to load, so only files with problems pay for it. */
function readPlaces(text: string): ReadonlyMap<string, Place> | undefined {
  const { parseTOML } = createRequire(import.meta.url)(
    "toml-eslint-parser",
  ) as typeof import("toml-eslint-parser");
  const places = new Map<string, Place>();
  try {
    for (const node of parseTOML(text, { tomlVersion: "1.1.0" }).body[0].body) {
      if (node.type === "TOMLKeyValue") addKeyValue(places, [], node);
      else addTable(places, node);
    }
  } catch {
    // The caller has the syntax error with its place already, from the parser that gives the values.
    return undefined;
  }
  return places;
}

function addTable(places: Map<string, Place>, table: AST.TOMLTable): void {
  addKeys(places, [], table.key, table.resolvedKey);
  for (const member of table.body) addKeyValue(places, table.resolvedKey, member);
}

/** Places of `a`, `a.b` and `a.b.c` for a header `[a.b.c]`; the first mention of a table is its place, unless it has a header. */
function addKeys(places: Map<string, Place>, base: Path, key: AST.TOMLKey, resolved: Path): void {
  let depth = 0;
  for (const [index, part] of resolved.slice(0, DEEPEST_PLACE).entries()) {
    const node = key.keys[Math.min(depth, key.keys.length - 1)];
    if (typeof part === "string") depth += 1;
    if (node === undefined) continue;
    const isLast = index === resolved.length - 1;
    const path = keyOf([...base, ...resolved.slice(0, index + 1)]);
    if (isLast || !places.has(path)) places.set(path, { key: node.loc.start, value: node.loc.start });
  }
}

function addKeyValue(places: Map<string, Place>, base: Path, member: AST.TOMLKeyValue): void {
  const names = member.key.keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value));
  addKeys(places, base, member.key, names);
  const path = [...base, ...names];
  const place = places.get(keyOf(path));
  if (place !== undefined) places.set(keyOf(path), { key: place.key, value: member.value.loc.start });
  addContent(places, path, member.value);
}

function addContent(places: Map<string, Place>, path: Path, content: AST.TOMLContentNode): void {
  if (content.type === "TOMLInlineTable") {
    for (const member of content.body) addKeyValue(places, path, member);
  } else if (content.type === "TOMLArray") {
    for (const [index, element] of content.elements.entries()) {
      const itemPath = [...path, index];
      places.set(keyOf(itemPath), { key: element.loc.start, value: element.loc.start });
      addContent(places, itemPath, element);
    }
  }
}

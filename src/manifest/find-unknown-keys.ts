import type { JsonObject, JsonValue } from "../core/index.ts";
import { isPlainObject, toJsonValue } from "../core/index.ts";
import type { DocumentPath } from "./document-paths.ts";
import { formatKey, formatPath, tableAt } from "./document-paths.ts";
import { handTomlSchema } from "./hand-toml-schema.ts";
import type { KeyTree } from "./key-tree.ts";
import { readKeyTree } from "./key-tree.ts";
import { suggestKey } from "./suggest-key.ts";
import type { ManifestProblem } from "./types.ts";

/** What the whole schema says of keys. */
const DOCUMENT = readKeyTree(handTomlSchema);
const TOP_LEVEL = membersOf(DOCUMENT);
const HAND_KEYS = keysOf("hand");

/** Keys that hold a hand back. One of them under a wrong name, or in a wrong table, would let it loose. */
const GUARDS = new Set(["enabled", "approval_gates", "limits", "network", "sandbox"]);

/** What other formats, and people, call a gate. In `[hand]` or at the top it would be read past. */
const FOREIGN_GUARDS = new Set([
  "approval",
  "approval_required",
  "approvals",
  "denied",
  "gate",
  "gates",
  "guardrails",
  "needs_approval",
  "require_approval",
  "requires_approval",
]);

/** Keys whose place below a free table is more likely a slip than a wish. */
const DECISIVE_HAND_KEYS = ["schedule", "trigger", "enabled"] as const;

/** An unknown key, with what is around it. */
interface UnknownKey {
  readonly key: string;
  /** The table it stands in. */
  readonly path: DocumentPath;
  readonly value: unknown;
  /** The keys that table has. */
  readonly known: readonly string[];
  /** Whether that table takes no further keys. */
  readonly isClosed: boolean;
}

/**
 * Every key that the format does not have. A warning where the key is merely kept; an error where passing it over would
 * loosen the hand: in closed tables, for guards under another name, and for keys that TOML gave to the wrong table.
 */
export function findUnknownKeys(document: Readonly<Record<string, unknown>>): ManifestProblem[] {
  const unknown: UnknownKey[] = [];
  collect(DOCUMENT, document, [], unknown);
  return [...unknown.map((found) => judge(found, document)), ...findStrayHandKeys(document)];
}

/** The keys that the format does not have, each below the tables it stands in. */
export function collectFurtherKeys(document: Readonly<Record<string, unknown>>): JsonObject {
  const unknown: UnknownKey[] = [];
  collect(DOCUMENT, document, [], unknown);
  const further: MutableTable = {};
  for (const { key, path, value } of unknown) {
    let table = further;
    for (const part of path) table = childTable(table, String(part));
    table[key] = toJsonValue(value);
  }
  return further;
}

interface MutableTable {
  [key: string]: JsonValue | MutableTable;
}

function childTable(table: MutableTable, key: string): MutableTable {
  const found = Object.hasOwn(table, key) ? table[key] : undefined;
  if (isPlainObject(found)) return found as MutableTable;
  const created: MutableTable = {};
  table[key] = created;
  return created;
}

/** `path` is the way down to where the walk is; copied where something is found. */
function collect(tree: KeyTree | null, value: unknown, path: (string | number)[], found: UnknownKey[]): void {
  if (tree === null || typeof value !== "object" || value === null) return;
  if (tree.kind === "either") {
    for (const option of tree.options) collect(option, value, path, found);
  } else if (Array.isArray(value)) {
    if (tree.kind !== "list" || tree.items === null) return;
    for (const [index, item] of value.entries()) collectBelow(tree.items, item, index, path, found);
  } else if (tree.kind === "record") {
    if (tree.values === null) return;
    for (const [key, item] of Object.entries(value)) collectBelow(tree.values, item, key, path, found);
  } else if (tree.kind === "table") {
    const table = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(table)) {
      const known = tree.members.get(key);
      if (known === undefined) {
        const keys = [...tree.members.keys()];
        found.push({ key, path: [...path], value: table[key], known: keys, isClosed: tree.isClosed });
      } else if (known !== null) collectBelow(known, table[key], key, path, found);
    }
  }
}

function collectBelow(
  tree: KeyTree,
  value: unknown,
  part: string | number,
  path: (string | number)[],
  found: UnknownKey[],
): void {
  path.push(part);
  collect(tree, value, path, found);
  path.pop();
}

function judge(unknown: UnknownKey, document: unknown): ManifestProblem {
  return (
    judgeHandKey(unknown, document) ??
    judgeTable(unknown) ??
    judgeForeignGuard(unknown) ??
    judgeOtherOwner(unknown) ??
    judgeMisspelt(unknown)
  );
}

/** A key of `[hand]` in another table, while `[hand]` lacks it: usually written after a `[table]` header. */
function judgeHandKey({ key, path, known }: UnknownKey, document: unknown): ManifestProblem | undefined {
  if (!HAND_KEYS.includes(key) || path[0] === "hand" || path.length > 1) return undefined;
  if (Object.hasOwn(tableAt(document, ["hand"]), key)) return undefined;
  // At the top every key of [hand] is out of place; in a table that has a near key it is a slip of the pen.
  if (path.length === 1 && suggestKey(key, known) !== undefined) return undefined;
  const where = path.length === 0 ? "stands above the first table" : `belongs to [${formatPath(path)}] here`;
  return {
    severity: "error",
    code: "misplaced_key",
    message: `\`${key}\` is a key of [hand], but it ${where}`,
    path: [...path, key],
    at: "key",
    hint: "Move the line up, directly below [hand]: in TOML a key belongs to the last table header above it.",
  };
}

/** A table of its own that stands inside another one. */
function judgeTable({ key, path, value }: UnknownKey): ManifestProblem | undefined {
  if (path.length === 0 || !TOP_LEVEL.has(key)) return undefined;
  const isTable = isPlainObject(value);
  if (!isTable && !(path[0] === "hand" && path.length === 1)) return undefined;
  return {
    severity: "error",
    code: "misplaced_key",
    message: `\`${formatPath([...path, key])}\` is not read: [${key}] is a table of its own`,
    path: [...path, key],
    at: "key",
    hint: isTable ? `Write [${key}] instead of [${formatPath([...path, key])}].` : `Write a [${key}] table.`,
  };
}

function judgeForeignGuard({ key, path }: UnknownKey): ManifestProblem | undefined {
  if (!FOREIGN_GUARDS.has(key) || path.length > 1 || (path.length === 1 && path[0] !== "hand"))
    return undefined;
  return {
    severity: "error",
    code: "unread_gate",
    message: `\`${formatPath([...path, key])}\` is not read, so nothing would be gated by it`,
    path: [...path, key],
    at: "key",
    hint: 'Write a gate under [approval_gates], as in `publish = { action = "publish", description = "…" }`.',
  };
}

/** A key that another table has, found in `[hand]` or at the top. */
function judgeOtherOwner({ key, path, known }: UnknownKey): ManifestProblem | undefined {
  if (path.length > 1 || (path.length === 1 && path[0] !== "hand") || suggestKey(key, known) !== undefined)
    return undefined;
  const owner = [...TOP_LEVEL.keys()].find((table) => table !== "hand" && keysOf(table).includes(key));
  if (owner === undefined) return undefined;
  return {
    severity: "error",
    code: "misplaced_key",
    message: `\`${key}\` is a key of [${owner}], but it ${path.length === 0 ? "stands above the first table" : "belongs to [hand] here"}`,
    path: [...path, key],
    at: "key",
    hint: `Move the line below a [${owner}] header.`,
  };
}

function judgeMisspelt({ key, path, known, isClosed }: UnknownKey): ManifestProblem {
  const nearest = suggestKey(key, known);
  const isError = isClosed || (nearest !== undefined && GUARDS.has(nearest));
  const table = path.length === 0 ? "a HAND.toml" : `[${formatPath(path)}]`;
  const keys = known.map(formatKey).join(", ");
  return {
    severity: isError ? "error" : "warning",
    code: "unknown_key",
    message: `\`${formatKey(key)}\` is not a key of ${table}${isError ? "" : "; it is kept, and nothing reads it"}`,
    path: [...path, key],
    at: "key",
    hint: nearest === undefined ? (isError ? `The keys are ${keys}.` : null) : `Did you mean \`${nearest}\`?`,
  };
}

/** `schedule`, `trigger` and `enabled` below `[parameters]` or a table that only the author knows: legal, and seldom meant. */
function findStrayHandKeys(document: Readonly<Record<string, unknown>>): ManifestProblem[] {
  const hand = tableAt(document, ["hand"]);
  const freeTables = Object.keys(document).filter((table) => table === "parameters" || !TOP_LEVEL.has(table));
  return freeTables.flatMap((table) =>
    DECISIVE_HAND_KEYS.filter(
      (key) => Object.hasOwn(tableAt(document, [table]), key) && !Object.hasOwn(hand, key),
    ).map((key) => ({
      severity: "warning" as const,
      code: "misplaced_key",
      message: `\`${key}\` belongs to [${formatKey(table)}] here, and [hand] has none`,
      path: [table, key],
      at: "key" as const,
      hint: `If it is meant for [hand], move the line up; if not, write \`${key}\` in [hand] as well.`,
    })),
  );
}

function membersOf(tree: KeyTree | null | undefined): ReadonlyMap<string, KeyTree | null> {
  return tree?.kind === "table" ? tree.members : new Map();
}

/** The keys of a table at the top. */
function keysOf(table: string): readonly string[] {
  return [...membersOf(TOP_LEVEL.get(table)).keys()];
}

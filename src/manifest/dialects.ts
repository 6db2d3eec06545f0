import { isPlainObject } from "../core/index.ts";
import { tableAt } from "./document-paths.ts";

/** The formats that share the name `HAND.toml`. */
export const DIALECTS = [
  "native",
  "openfang",
  "openfang-wrapped",
  "librefang",
  "agentsos",
  "cawl",
  "clawgear",
  "automaton",
  "bizclaw",
  "zeroclaw",
] as const;
export type Dialect = (typeof DIALECTS)[number];
export type ForeignDialect = Exclude<Dialect, "native">;

/** What a person has to know about a foreign dialect. */
export interface DialectNote {
  readonly title: string;
  /** What to do by hand, to make it native. */
  readonly remedy: string;
}

const OPENFANG_REMEDY =
  "Write [hand] with `name` (its `id`) and `description`; move `agent.system_prompt` into SYSTEM.md and SKILL.md into skills/, `tools` into [tools] `optional`, and the settings' defaults into [parameters].";

/** Notes on the foreign dialects. */
export const DIALECT_NOTES: Readonly<Record<ForeignDialect, DialectNote>> = {
  openfang: { title: "an OpenFang hand", remedy: OPENFANG_REMEDY },
  "openfang-wrapped": { title: "an OpenFang hand (wrapped in [hand])", remedy: OPENFANG_REMEDY },
  librefang: {
    title: "a LibreFang hand",
    remedy: `${OPENFANG_REMEDY} Only one agent can be the brain: choose the coordinator of [agents].`,
  },
  agentsos: {
    title: "an agentsos hand",
    remedy:
      "Keep `name`, `description` and `schedule` in [hand]; move `hand.functions.allowed` into [tools] `optional`, the settings' defaults into [parameters], and the prompt of [hand.agent] into SYSTEM.md.",
  },
  cawl: {
    title: "a cawl hand",
    remedy:
      'Keep `name`, `description` and a cron `schedule` in [hand] (leave "on-demand" out); move `hand.tools.allowed` into [tools] `optional`, [hand.guardrails] into [approval_gates] and [limits], [hand.output] into [output], and `hand.model.primary` into [model] `name`.',
  },
  clawgear: {
    title: "a clawgear hand",
    remedy:
      "Keep `name`, `description` and `schedule` in [hand]; move `task_prompt` and system-prompt.md into SYSTEM.md, `requires_approval` into [approval_gates], `output_mode` into [output], and [settings] into [parameters].",
  },
  automaton: {
    title: "an automaton hand",
    remedy:
      "Write [hand] with `name` (its `agent_id`) and `description`; move [persona] into SYSTEM.md, and the settings into [parameters].",
  },
  bizclaw: {
    title: "a bizclaw hand",
    remedy:
      "Write [hand] with `name`, `description` and `schedule`; describe the phases in SYSTEM.md, and write guardrails.toml as [approval_gates].",
  },
  zeroclaw: {
    title: "a zeroclaw hand",
    remedy:
      "Write [hand] with `name`, `description` and a `schedule` made of [schedule]; move `prompt` into SYSTEM.md.",
  },
};

/** Which format a document has, by its shape alone. The first that fits wins, the rarest marks first. */
export function recogniseDialect(document: unknown): Dialect | "unknown" {
  const top = tableAt(document, []);
  const hand = tableAt(document, ["hand"]);
  if (
    has(top, "schema_version") &&
    (has(hand, "agent_id") || isTable(top, "matching") || isTable(top, "persona"))
  )
    return "automaton";
  if (isTableList(top, "phases") || isTableList(hand, "phases")) return "bizclaw";
  if (isTable(top, "hand")) return recogniseWrapped(top, hand);
  if (
    isTable(top, "agents") ||
    has(top, "allowed_plugins") ||
    (isText(top, "id") && (isTable(top, "routing") || isTable(top, "i18n")))
  ) {
    return "librefang";
  }
  if (
    isText(top, "id") &&
    ["tools", "agent", "category", "requires", "settings"].some((key) => has(top, key))
  )
    return "openfang";
  if (isText(top, "prompt") && isText(tableAt(top, ["schedule"]), "kind")) return "zeroclaw";
  return "unknown";
}

function recogniseWrapped(top: Table, hand: Table): Dialect {
  if (isTable(hand, "functions")) return "agentsos";
  if (isTable(hand, "guardrails") || isText(tableAt(hand, ["model"]), "primary")) return "cawl";
  if (has(tableAt(hand, ["tools"]), "allowed") || has(tableAt(hand, ["tools"]), "denied")) return "cawl";
  if (isText(hand, "task_prompt") || (has(hand, "output_mode") && isTable(top, "adapter"))) return "clawgear";
  if (isTable(hand, "agents")) return "librefang";
  if (isTable(hand, "agent")) return has(hand, "schedule") ? "agentsos" : "openfang-wrapped";
  if (isText(hand, "id") && ["tools", "category", "requires", "settings"].some((key) => has(hand, key))) {
    return has(hand, "schedule") && isTableList(hand, "settings") ? "agentsos" : "openfang-wrapped";
  }
  return "native";
}

type Table = Readonly<Record<string, unknown>>;

function has(table: Table, key: string): boolean {
  return Object.hasOwn(table, key);
}

function isText(table: Table, key: string): boolean {
  return has(table, key) && typeof table[key] === "string";
}

function isTable(table: Table, key: string): boolean {
  return has(table, key) && isPlainObject(table[key]);
}

function isTableList(table: Table, key: string): boolean {
  const value = has(table, key) ? table[key] : undefined;
  return Array.isArray(value) && value.length > 0 && value.every(isPlainObject);
}

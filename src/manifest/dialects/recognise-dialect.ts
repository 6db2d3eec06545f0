import { isPlainObject } from "../../core/index.ts";
import { valueAt } from "../document-paths.ts";

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

/** What people are told that a manifest is. */
export const DIALECT_TITLES: Readonly<Record<ForeignDialect, string>> = {
  openfang: "an OpenFang hand",
  "openfang-wrapped": "an OpenFang hand (wrapped in [hand])",
  librefang: "a LibreFang hand",
  agentsos: "an agentsos hand",
  cawl: "a cawl hand",
  clawgear: "a clawgear hand",
  automaton: "an automaton hand",
  bizclaw: "a bizclaw hand",
  zeroclaw: "a zeroclaw hand",
};

/** A key that must be there, by its path; the ending says what it must be: `{}` a table, `[]` a list of tables, `""` a text. */
type Mark = string;

/** One shape of a dialect: all of `all`, and one of `any` where there are some. */
interface WrittenShape {
  readonly dialect: Dialect;
  readonly all?: readonly Mark[];
  readonly any?: readonly Mark[];
}

/** The first shape that fits wins, so the rarest marks come first. */
const WRITTEN_SHAPES: readonly WrittenShape[] = [
  { dialect: "automaton", all: ["schema_version"], any: ["hand.agent_id", "matching{}", "persona{}"] },
  { dialect: "bizclaw", any: ["phases[]", "hand.phases[]"] },
  { dialect: "agentsos", all: ["hand.functions{}"] },
  {
    dialect: "cawl",
    any: ["hand.guardrails{}", 'hand.model.primary""', "hand.tools.allowed", "hand.tools.denied"],
  },
  { dialect: "clawgear", all: ['hand.task_prompt""'] },
  { dialect: "clawgear", all: ["hand.output_mode", "adapter{}"] },
  { dialect: "librefang", all: ["hand.agents{}"] },
  { dialect: "agentsos", all: ["hand.agent{}", "hand.schedule"] },
  { dialect: "openfang-wrapped", all: ["hand.agent{}"] },
  { dialect: "agentsos", all: ['hand.id""', "hand.schedule", "hand.settings[]"] },
  {
    dialect: "openfang-wrapped",
    all: ['hand.id""'],
    any: ["hand.tools", "hand.category", "hand.requires", "hand.settings"],
  },
  { dialect: "native", all: ["hand{}"] },
  { dialect: "librefang", any: ["agents{}", "allowed_plugins"] },
  { dialect: "librefang", all: ['id""'], any: ["routing{}", "i18n{}"] },
  { dialect: "openfang", all: ['id""'], any: ["tools", "agent", "category", "requires", "settings"] },
  { dialect: "zeroclaw", all: ['prompt""', 'schedule.kind""'] },
];

/** Is the mark there? */
type Test = (document: unknown) => boolean;

/** Taken apart once: every manifest is held against them. */
const SHAPES = WRITTEN_SHAPES.map(({ dialect, all = [], any = [] }) => ({
  dialect,
  all: all.map(createTest),
  any: any.map(createTest),
}));

/** Which format a document has, by its shape alone. */
export function recogniseDialect(document: unknown): Dialect | "unknown" {
  const has = (test: Test) => test(document);
  const shape = SHAPES.find(({ all, any }) => all.every(has) && (any.length === 0 || any.some(has)));
  return shape?.dialect ?? "unknown";
}

function createTest(mark: Mark): Test {
  const [, written = "", kind = ""] = /^([\w.]+)(.*)$/.exec(mark) ?? [];
  const path = written.split(".");
  return (document) => isKind(valueAt(document, path), kind);
}

function isKind(value: unknown, kind: string): boolean {
  if (kind === "{}") return isPlainObject(value);
  if (kind === '""') return typeof value === "string";
  if (kind === "[]") return Array.isArray(value) && value.length > 0 && value.every(isPlainObject);
  return value !== undefined;
}

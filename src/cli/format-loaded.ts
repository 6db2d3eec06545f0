import type { Diagnostic } from "../manifest/index.ts";
import { formatDiagnostic } from "../manifest/index.ts";
import type { HandJson } from "../registry/index.ts";
import { formatHandsTable } from "./format-hands.ts";
import { formatWhen } from "./format-time.ts";
import type { OutputStream } from "./terminal.ts";

/** With more than these, those are shown that fire next, and how many there are besides. */
const MOST_HANDS = 40;
const MOST_PROBLEMS = 20;

/** What a server has before it when it starts. */
export interface Loaded {
  readonly title: string;
  readonly handsDir: string;
  readonly database: string;
  readonly configPath: string | null;
  /** What other commands have to be told to find the same hands, as in `--hands examples/hands`; empty where they find them by themselves. */
  readonly flags: string;
  readonly hands: readonly HandJson[];
  readonly strays: readonly Diagnostic[];
  readonly nowMs: number;
}

/** What is loaded, what is broken and why, what fires next, and the commands to look with: a screen of it, however many hands there are. */
export function formatLoaded(stream: OutputStream, loaded: Loaded): string {
  const { bold, cyan, dim, red } = stream.colors;
  const { hands, nowMs } = loaded;
  const broken = hands.filter(({ status }) => status === "error");
  // What could not be checked without a hand's code is checked when the hand runs, and what a disabled hand lacks nobody misses yet.
  const problems = [
    ...hands.flatMap(({ enabled, problems }) =>
      problems.filter(({ severity }) => enabled || severity === "error"),
    ),
    ...loaded.strays,
  ]
    .filter(({ code }) => code !== "unchecked")
    .toSorted((left, right) => Number(right.severity === "error") - Number(left.severity === "error"));
  const [list, ...more] = listCommands(loaded.flags);
  const byNextRun = hands.toSorted((left, right) => compareInstants(left.nextRunAt, right.nextRunAt));
  const [first] = byNextRun;
  const shown = hands.length > MOST_HANDS ? byNextRun.slice(0, MOST_HANDS) : hands;
  const lines = [
    bold(loaded.title),
    `  ${dim("hands   ")} ${loaded.handsDir}`,
    `  ${dim("database")} ${loaded.database}`,
    `  ${dim("project ")} ${loaded.configPath ?? "no hands.toml; `hands init` writes one"}`,
    "",
    hands.length === 0
      ? "There are no hands here yet. `hands new NAME` makes one."
      : formatHandsTable(stream, shown, nowMs),
    ...sayMore(hands.length - shown.length, "hands", cyan(list)),
    ...problems
      .slice(0, MOST_PROBLEMS)
      .map((problem) => formatDiagnostic(problem, { color: stream.colors.isColorSupported })),
    ...sayMore(problems.length - MOST_PROBLEMS, "problems", cyan(`hands validate${toSuffix(loaded.flags)}`)),
    ...(broken.length === 0 ? [] : [red(sayBroken(broken, hands.length))]),
    first === undefined || first.nextRunAt === null
      ? "Nothing is scheduled."
      : `Next: ${first.name} at ${formatWhen(first.nextRunAt, nowMs)}.`,
    `Look with ${[list, ...more].map((command) => cyan(command)).join(", ")}. Ctrl-C stops.`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** What has no instant comes last. */
function compareInstants(left: string | null, right: string | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return left < right ? -1 : Number(left > right);
}

function sayMore(count: number, what: string, command: string): readonly string[] {
  return count <= 0 ? [] : [`And ${count} more ${what}: ${command}`];
}

function sayBroken(broken: readonly HandJson[], count: number): string {
  const named = broken.slice(0, MOST_PROBLEMS).map(({ name }) => name);
  const others = broken.length > named.length ? [`and ${broken.length - named.length} more`] : [];
  return `${broken.length} of ${count} hands cannot run: ${[...named, ...others].join(", ")}`;
}

function listCommands(flags: string): readonly [string, ...string[]] {
  return [`hands list${toSuffix(flags)}`, "hands executions", "hands approvals", "hands logs --follow"];
}

function toSuffix(flags: string): string {
  return flags === "" ? "" : ` ${flags}`;
}

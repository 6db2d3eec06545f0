import type { Diagnostic } from "../manifest/index.ts";
import { formatDiagnostic } from "../manifest/index.ts";
import type { HandJson } from "../registry/index.ts";
import { formatHandsTable } from "./format-hands.ts";
import { formatWhen } from "./format-time.ts";
import type { OutputStream } from "./terminal.ts";

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

/** What is loaded, what is broken and why, what fires next, and the commands to look with. */
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
  ].filter(({ code }) => code !== "unchecked");
  const next = hands
    .flatMap(({ name, nextRunAt }) => (nextRunAt === null ? [] : [{ name, nextRunAt }]))
    .sort((left, right) => (left.nextRunAt < right.nextRunAt ? -1 : 1));
  const first = next[0];
  const lines = [
    bold(loaded.title),
    `  ${dim("hands   ")} ${loaded.handsDir}`,
    `  ${dim("database")} ${loaded.database}`,
    `  ${dim("project ")} ${loaded.configPath ?? "no hands.toml; `hands init` writes one"}`,
    "",
    hands.length === 0
      ? "There are no hands here yet. `hands new NAME` makes one."
      : formatHandsTable(stream, hands, nowMs),
    ...problems.map((problem) => formatDiagnostic(problem, { color: stream.colors.isColorSupported })),
    ...(broken.length === 0
      ? []
      : [
          red(
            `${broken.length} of ${hands.length} hands cannot run: ${broken.map(({ name }) => name).join(", ")}`,
          ),
        ]),
    first === undefined
      ? "Nothing is scheduled."
      : `Next: ${first.name} at ${formatWhen(first.nextRunAt, nowMs)}.`,
    `Look with ${listCommands(loaded.flags)
      .map((command) => cyan(command))
      .join(", ")}. Ctrl-C stops.`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function listCommands(flags: string): readonly string[] {
  return [
    `hands list${flags === "" ? "" : ` ${flags}`}`,
    "hands executions",
    "hands approvals",
    "hands logs --follow",
  ];
}

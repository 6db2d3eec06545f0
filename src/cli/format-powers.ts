import { formatDuration } from "../core/index.ts";
import type { FileDifferences, HandPowers } from "../installs/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { describeSchedule } from "../schedule/index.ts";
import { toLine } from "./printable.ts";
import type { OutputStream } from "./terminal.ts";

const LABEL_WIDTH = 12;

/** What a hand may do, for people who decide whether it may. Every word of it came from elsewhere. */
export function formatPowers(out: OutputStream, hand: HandConfig, powers: HandPowers): string {
  const { bold, dim } = out.colors;
  const rows: (readonly [label: string, value: string])[] = [
    ["runs", describeTriggers(powers)],
    [
      "brain",
      powers.brain === "script" ? "a script of its own" : `model ${hand.model.name ?? "of the project"}`,
    ],
    ...list("code", powers.code, "none"),
    ...list("tools", powers.tools.map(describeTool), "none"),
    ...list("gates", powers.gates.map(describeGate), "none of its own: what is not read-only asks"),
    ...list("unattended", powers.unattended, "nothing"),
    ["network", powers.hosts === null ? "any public host" : powers.hosts.join(", ") || "none"],
    ...list(
      "servers",
      powers.servers.map(({ name, starts, url }) =>
        starts === null ? `${name}: ${url ?? ""}` : `${name}: starts ${starts}`,
      ),
      null,
    ),
    ["secrets", powers.secrets.join(", ") || "none"],
    ...list("git", powers.repositories, null),
    ["output", describeOutput(powers)],
    ["sandbox", powers.isSandboxed ? "yes, or it does not run" : "no"],
  ];
  const lines = rows.map(([label, value]) => `  ${dim(label.padEnd(LABEL_WIDTH))} ${toLine(value, 300)}`);
  const title = `${bold(toLine(hand.name))} ${hand.version}  ${toLine(hand.description)}`;
  const warning =
    powers.code.length === 0
      ? ""
      : `  ${bold("Its code runs with your rights, past gates and sandbox: trust it as you would trust a program.")}\n`;
  return `${title}\n${lines.join("\n")}\n${warning}`;
}

/** What differs from what was trusted. */
export function formatDifferentFiles(out: OutputStream, differences: FileDifferences): string {
  const { added, changed, removed } = differences;
  const lines = [
    ...added.map((path) => `  ${out.colors.green("added  ")} ${toLine(path)}`),
    ...changed.map((path) => `  ${out.colors.yellow("changed")} ${toLine(path)}`),
    ...removed.map((path) => `  ${out.colors.red("removed")} ${toLine(path)}`),
  ];
  return `Since it was trusted:\n${lines.join("\n")}\n`;
}

/** One row for each; where there is none, what that means, or no row. */
function list(
  label: string,
  values: readonly string[],
  none: string | null,
): readonly (readonly [string, string])[] {
  if (values.length === 0) return none === null ? [] : [[label, none]];
  return values.map((value, index) => [index === 0 ? label : "", value]);
}

const RUNS: Readonly<Record<HandPowers["tools"][number]["runs"], string>> = {
  unasked: "runs unasked",
  asks: "asks each time",
  depends: "asks, depending on what it is to do",
  unknown: "known when its code or server is loaded",
};

function describeTool({ name, effect, runs }: HandPowers["tools"][number]): string {
  return `${name} (${effect === null ? "" : `${effect}, `}${RUNS[runs]})`;
}

function describeGate({ key, description, when, autoApproveAfter }: HandPowers["gates"][number]): string {
  const condition = when === null ? "" : ` when ${when}`;
  const unanswered =
    autoApproveAfter === null
      ? "only a human approves"
      : `approved by itself after ${formatDuration(autoApproveAfter * 1000)}`;
  return `${key}${condition}: ${description}; ${unanswered}`;
}

function describeTriggers({ triggers }: HandPowers): string {
  const { schedule, trigger, events } = triggers;
  const parts = [
    ...(schedule === null ? [] : [describeSchedule(schedule)]),
    ...(trigger === "webhook" ? ["when its webhook is called"] : []),
    ...events.map((event) => `on ${event}`),
  ];
  return parts.join("; ") || "only when it is started by hand";
}

function describeOutput({ output }: HandPowers): string {
  const places = [...(output.folder === null ? [] : [`files in ${output.folder}`]), ...output.channels];
  return places.length === 0 ? "the dashboard" : places.join(", ");
}

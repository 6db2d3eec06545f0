import { formatDuration } from "../core/index.ts";
import type { ApprovalGate, HandConfig } from "../manifest/index.ts";
import { formatBudget } from "./budget-record.ts";
import { formatExecutionsTable } from "./format-executions.ts";
import { formatSchedule } from "./format-hands.ts";
import { formatStatusCell } from "./format-status.ts";
import { formatDistance, formatWhen } from "./format-time.ts";
import { toPrintable } from "./printable.ts";
import type { HandDetails } from "./read-hand-details.ts";
import { shortenId } from "./resolve-id.ts";
import type { OutputStream } from "./terminal.ts";

/** One hand for people. */
export function formatHandDetails(out: OutputStream, details: HandDetails, nowMs: number): string {
  const { bold, dim } = out.colors;
  const { manifest } = details;
  const facts: [label: string, value: string][] = [
    ["schedule", formatSchedule(details.schedule)],
    ["next run", formatWhen(details.nextRunAt, nowMs)],
    ["last run", formatWhen(details.lastRunAt, nowMs)],
    [
      "runs",
      `${details.runCount}, of which ${details.successCount} succeeded and ${details.failureCount} failed`,
    ],
    ...(manifest === null ? [] : describeManifest(manifest)),
  ];
  const lines = [
    `${bold(details.name)}  ${toPrintable(details.description)}`,
    `  ${dim("status".padEnd(10))} ${formatStatusCell(out.colors, details.status)}${describePause(details)}`,
    ...facts.map(([label, value]) => `  ${dim(label.padEnd(10))} ${toPrintable(value)}`),
    ...details.budgets.map(
      (budget) => `  ${dim("budget".padEnd(10))} ${formatBudget(out.colors, budget, nowMs)}`,
    ),
    ...details.nextFires.map(
      (fire, index) => `  ${dim((index === 0 ? "due" : "").padEnd(10))} ${formatWhen(fire, nowMs)}`,
    ),
    ...(manifest?.approvalGates ?? []).map(
      (gate) => `  ${dim("gate".padEnd(10))} ${toPrintable(describeGate(gate))}`,
    ),
    ...details.approvals.map(
      (approval) =>
        `  ${dim("waits".padEnd(10))} ${approval.description}, asked ${formatDistance(approval.createdAt, nowMs)}: hands approve ${shortenId(approval.id)}`,
    ),
  ];
  const table =
    details.executions.length === 0 ? "" : `\n${formatExecutionsTable(out, details.executions, nowMs)}`;
  return `${lines.join("\n")}\n${table}`;
}

function describePause({ pauseNote }: HandDetails): string {
  return pauseNote === null ? "" : ` (${toPrintable(pauseNote)})`;
}

function describeManifest(manifest: HandConfig): [string, string][] {
  const { limits, output } = manifest;
  const tools = [
    ...manifest.toolsRequired.map(({ name }) => name),
    ...manifest.toolsOptional.map(({ name }) => `${name} (optional)`),
  ];
  const places = [
    ...(output.dashboard ? ["dashboard"] : []),
    ...(output.fileDrop === null ? [] : [output.fileDrop]),
    ...output.channel,
  ];
  return [
    ["folder", manifest.handDir],
    [
      "brain",
      manifest.scriptPath === null ? `model ${manifest.model.name ?? "of the project"}` : "script hand.ts",
    ],
    ["tools", tools.length === 0 ? "-" : tools.join(", ")],
    ...(manifest.toolsUnattended.length === 0
      ? []
      : ([["unattended", manifest.toolsUnattended.join(", ")]] as [string, string][])),
    ...Object.entries(manifest.mcp).map(([name, { command, url }]): [string, string] => [
      "mcp",
      `${name}: ${url ?? command?.join(" ") ?? ""}`,
    ]),
    ["output", `${output.format} to ${places.length === 0 ? "nowhere" : places.join(", ")}`],
    [
      "limits",
      `${formatDuration(limits.timeoutMs)}, ${limits.maxSteps} steps${limits.maxCostUsd === null ? "" : `, $${limits.maxCostUsd}`}`,
    ],
  ];
}

function describeGate(gate: ApprovalGate): string {
  const covers = [gate.action, ...gate.tools].join(", ");
  const when = gate.when === null ? "" : ` when ${gate.when}`;
  const unanswered =
    gate.autoApproveAfter === null
      ? "only a human approves"
      : `approved by itself after ${formatDuration(gate.autoApproveAfter * 1000)}`;
  return `${covers}${when}: ${gate.description}; ${unanswered}`;
}

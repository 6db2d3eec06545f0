import type { ApprovalJson, SentToJson } from "../approvals/index.ts";
import { normaliseForHuman, normaliseJsonForHuman } from "../approvals/index.ts";
import type { SentApprovalJson } from "./execution-record.ts";
import { formatStatusCell } from "./format-status.ts";
import { formatDistance, formatWhen } from "./format-time.ts";
import { shortenId } from "./resolve-id.ts";
import type { OutputStream } from "./terminal.ts";

/** Requests for people, each with exactly what would run and how to decide it. */
export function formatApprovals(
  out: OutputStream,
  approvals: readonly SentApprovalJson[],
  nowMs: number,
): string {
  return approvals.map((approval) => formatApproval(out, approval, nowMs)).join("\n");
}

/** One request: what is asked, the exact arguments, what happens without an answer, and the commands. */
export function formatApproval(out: OutputStream, approval: SentApprovalJson, nowMs: number): string {
  const { bold, cyan, dim } = out.colors;
  const id = shortenId(approval.id);
  const facts: [label: string, value: string][] = [
    ["asks", approval.kind === "unknown" ? "did this happen?" : "may this happen?"],
    ["tool", approval.tool ?? `none; the action ${approval.action}`],
    ["gate", approval.gate ?? "none; nothing allows it unasked"],
    ...(approval.askedAlthough === null ? [] : [["why", approval.askedAlthough] as [string, string]]),
    ["asked", formatWhen(approval.createdAt, nowMs)],
    ["then", describeSilence(approval, nowMs)],
    ...describeSending(approval, nowMs).map((line): [string, string] => ["sent", line]),
  ];
  const lines = [
    `${bold(id)}  ${approval.handName}: ${approval.description}`,
    `  ${dim("status ")} ${formatStatusCell(out.colors, approval.status)}`,
    ...facts.map(([label, value]) => `  ${dim(label.padEnd(7))} ${normaliseForHuman(value)}`.trimEnd()),
    `  ${dim("args".padEnd(7))} ${formatArguments(approval)}`,
    ...(approval.status === "pending"
      ? [`  ${dim("decide")}  ${cyan(describeCommands(approval).join(dim(" | ")))}`]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The exact arguments, with everything that a human could not see written out. */
function formatArguments({ args }: Pick<ApprovalJson, "args">): string {
  return (JSON.stringify(normaliseJsonForHuman(args), null, 2) ?? "null").replaceAll("\n", "\n          ");
}

/** Where it was sent, and what went wrong, a line each. */
function describeSending({ sentTo, isWithheld }: SentApprovalJson, nowMs: number): readonly string[] {
  const lines = sentTo.map((sending) => `${describePlace(sending)}: ${describeArrival(sending, nowMs)}`);
  return isWithheld ? ["to no channel: the hand asks more than max_requests_per_day", ...lines] : lines;
}

function describePlace({ channel, recipient }: SentToJson): string {
  return recipient === null ? channel : `${channel} (${recipient})`;
}

function describeArrival({ status, sentAt, error }: SentToJson, nowMs: number): string {
  const trouble = error === null || status === "delivered" ? "" : `: ${error}`;
  if (sentAt !== null)
    return `${formatDistance(sentAt, nowMs)}${trouble === "" ? "" : `; an edit failed${trouble}`}`;
  if (status === "failed") return `failed${trouble}`;
  if (status === "withdrawn") return "withdrawn before it was sent";
  return `not yet${trouble}`;
}

/** What comes of it when nobody answers. */
function describeSilence(approval: ApprovalJson, nowMs: number): string {
  const { status, resolvedAt, resolvedBy, autoApproveAt, expiresAt, note } = approval;
  if (status !== "pending") {
    const when = resolvedAt === null ? "" : ` ${formatDistance(resolvedAt, nowMs)}`;
    return `${status}${resolvedBy === null ? "" : ` by ${resolvedBy}`}${when}${note === null ? "" : `: ${note}`}`;
  }
  if (autoApproveAt !== null)
    return `without an answer a running \`hands up\` approves it ${formatDistance(autoApproveAt, nowMs)}`;
  if (expiresAt !== null)
    return `without an answer it expires ${formatDistance(expiresAt, nowMs)}, which is "no"`;
  return "it waits until somebody answers";
}

/** The commands that answer a request. */
export function describeCommands({ id, kind }: Pick<ApprovalJson, "id" | "kind">): readonly string[] {
  const short = shortenId(id);
  return kind === "unknown"
    ? [`hands answer ${short} happened|retry|skip`]
    : [`hands approve ${short}`, `hands reject ${short} --note TEXT`];
}

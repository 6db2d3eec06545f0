import type {
  ApprovalStatus,
  Delivery,
  Effect,
  Execution,
  HandStatus,
  Node,
  StepStatus,
} from "../api/types.ts";
import type { IconName } from "../parts/icons.tsx";

/** A status as it is always shown: an icon, a word and a colour. */
export interface Sign {
  readonly icon: IconName;
  readonly word: string;
  readonly tone: Tone;
}

export type Tone = "ok" | "wait" | "bad" | "live" | "quiet";

const sign = (icon: IconName, word: string, tone: Tone): Sign => ({ icon, word, tone });

export const executionSigns = {
  queued: sign("ring", "queued", "quiet"),
  running: sign("spinner", "running", "live"),
  waiting_approval: sign("hand", "needs you", "wait"),
  waiting_other: sign("clock", "waiting", "wait"),
  success: sign("check", "success", "ok"),
  failure: sign("cross", "failure", "bad"),
  timeout: sign("timeout", "timeout", "bad"),
  skipped: sign("skip", "skipped", "quiet"),
  cancelled: sign("dash", "cancelled", "quiet"),
} as const satisfies Record<string, Sign>;

export type ExecutionPhase = keyof typeof executionSigns;

/** Where an execution is, from its status, outcome and reason. */
export function phaseOf({
  status,
  outcome,
  reason,
}: Pick<Execution, "status" | "outcome" | "reason">): ExecutionPhase {
  switch (status) {
    case "queued":
      return "queued";
    case "running":
      return "running";
    case "waiting":
      return outcome === "approval_pending" || reason === "approval" || reason === "unknown"
        ? "waiting_approval"
        : "waiting_other";
    case "ended":
      return outcome === null || outcome === "approval_pending" ? "failure" : outcome;
  }
}

export const handSigns: Readonly<Record<HandStatus, Sign>> = {
  disabled: sign("dash", "disabled", "quiet"),
  idle: sign("ring", "idle", "quiet"),
  scheduled: sign("clock", "scheduled", "ok"),
  running: sign("spinner", "running", "live"),
  paused: sign("pause", "paused", "wait"),
  error: sign("alert", "broken", "bad"),
};

export const approvalSigns: Readonly<Record<ApprovalStatus, Sign>> = {
  pending: sign("hand", "pending", "wait"),
  approved: sign("check", "approved", "ok"),
  rejected: sign("cross", "rejected", "bad"),
  expired: sign("timeout", "expired", "bad"),
  auto_approved: sign("check", "approved by itself", "ok"),
  cancelled: sign("dash", "withdrawn", "quiet"),
};

export const stepSigns: Readonly<Record<StepStatus, Sign>> = {
  proposed: sign("ring", "proposed", "quiet"),
  awaiting: sign("hand", "awaits approval", "wait"),
  approved: sign("check", "approved", "live"),
  denied: sign("cross", "denied", "bad"),
  executing: sign("spinner", "under way", "live"),
  done: sign("check", "done", "ok"),
  failed: sign("cross", "failed", "bad"),
  unknown: sign("question", "unknown", "bad"),
};

export const deliverySigns: Readonly<Record<Delivery["status"], Sign>> = {
  waiting: sign("hand", "awaits approval", "wait"),
  pending: sign("ring", "pending", "quiet"),
  sending: sign("spinner", "sending", "live"),
  retrying: sign("repeat", "retrying", "wait"),
  delivered: sign("check", "delivered", "ok"),
  failed: sign("cross", "failed", "bad"),
  denied: sign("cross", "denied", "bad"),
};

export const nodeSigns: Readonly<Record<Node["state"], Sign>> = {
  alive: sign("check", "alive", "ok"),
  outdated: sign("alert", "outdated", "wait"),
  silent: sign("cross", "silent", "bad"),
  stopped: sign("dash", "stopped", "quiet"),
};

export const effectSigns: Readonly<Record<Effect, Sign>> = {
  read: sign("eye", "read", "quiet"),
  write: sign("pencil", "write", "live"),
  destructive: sign("bolt", "destructive", "bad"),
};

export const toneText: Readonly<Record<Tone, string>> = {
  ok: "text-ok",
  wait: "text-wait",
  bad: "text-bad",
  live: "text-accent",
  quiet: "text-ink-3",
};

export const toneSoft: Readonly<Record<Tone, string>> = {
  ok: "bg-ok-soft text-ok",
  wait: "bg-wait-soft text-wait",
  bad: "bg-bad-soft text-bad",
  live: "bg-accent-soft text-accent",
  quiet: "bg-sunken text-ink-2",
};

export const toneFill: Readonly<Record<Tone, string>> = {
  ok: "fill-ok",
  wait: "fill-wait",
  bad: "fill-bad",
  live: "fill-accent",
  quiet: "fill-line-strong",
};

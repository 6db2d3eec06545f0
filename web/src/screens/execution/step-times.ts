import type { Approval, ExecutionDetail, Step } from "../../api/types.ts";
import type { Span } from "./time-scale.ts";

/** What a step's bar is made of. */
export interface StepTimes {
  /** From being asked to being decided, or to now. */
  readonly waiting: Span | null;
  /** From the start to the end, or to now. */
  readonly running: Span | null;
}

const isOpen = (step: Step) =>
  step.status === "awaiting" || step.status === "proposed" || step.status === "approved";

export function readStepTimes(step: Step, approval: Approval | undefined, nowMs: number): StepTimes {
  const createdMs = Date.parse(step.createdAt);
  const startedMs = step.startedAt === null ? null : Date.parse(step.startedAt);
  const completedMs = step.completedAt === null ? null : Date.parse(step.completedAt);
  if (step.kind === "wait") {
    return { waiting: { startMs: startedMs ?? createdMs, endMs: completedMs ?? nowMs }, running: null };
  }
  const isAsked = step.approvalId !== null;
  const decidedMs =
    approval?.resolvedAt != null ? Date.parse(approval.resolvedAt) : (startedMs ?? completedMs ?? nowMs);
  const waiting = isAsked
    ? { startMs: createdMs, endMs: Math.max(createdMs, isOpen(step) ? nowMs : decidedMs) }
    : null;
  if (startedMs === null) return { waiting, running: null };
  return { waiting, running: { startMs: startedMs, endMs: completedMs ?? nowMs } };
}

/** When something of the execution can have happened. */
export function readRange(execution: ExecutionDetail, steps: readonly Step[], nowMs: number): Span {
  const first = steps[0];
  const startMs = Math.min(
    Date.parse(execution.startedAt ?? execution.createdAt),
    first === undefined ? Number.POSITIVE_INFINITY : Date.parse(first.createdAt),
  );
  const endMs = execution.completedAt === null ? nowMs : Date.parse(execution.completedAt);
  return { startMs, endMs: Math.max(endMs, startMs + 1) };
}

import type { ExecutionStatus, StepStatus } from "../store/index.ts";

/** From where an execution may go where. A running one stays running when another process takes it over. */
export const EXECUTION_TRANSITIONS: Readonly<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  queued: ["running", "ended"],
  running: ["running", "waiting", "queued", "ended"],
  waiting: ["queued", "ended"],
  ended: [],
};

/** From where a step may go where. `executing` to itself is a new attempt of a call that may safely be repeated. */
export const STEP_TRANSITIONS: Readonly<Record<StepStatus, readonly StepStatus[]>> = {
  proposed: ["awaiting", "approved", "denied"],
  awaiting: ["approved", "denied"],
  approved: ["executing", "awaiting", "denied", "done"],
  denied: [],
  executing: ["executing", "done", "failed", "unknown"],
  done: [],
  failed: [],
  unknown: ["done", "approved", "denied"],
};

/** Is nothing more going to happen to a step in this state? */
export function isSettled(status: StepStatus): boolean {
  return STEP_TRANSITIONS[status].length === 0;
}

/** Can only a human move a step in this state? */
export function isBlocked(status: StepStatus): boolean {
  return status === "awaiting" || status === "unknown";
}

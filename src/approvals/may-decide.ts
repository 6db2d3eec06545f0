import type { Environment } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { OperatorPolicy } from "./types.ts";

/** Set for every child process that a hand's execution starts. */
export const EXECUTION_VARIABLE = "HANDS_EXECUTION";

/**
 * Refuses to decide from inside an execution: an agent never opens its own gate.
 *
 * Throws: `denied`.
 */
export function assertMayDecide(environment: Environment): void {
  const executionId = environment[EXECUTION_VARIABLE];
  if (executionId === undefined) return;
  throw new HandsError(
    "denied",
    `this process belongs to execution ${executionId}, and an agent never decides`,
    {
      hint: "Decide from a shell of your own, in the dashboard, or through an approver's channel.",
    },
  );
}

/** May whoever this is decide through a channel? Exactly those who are listed; an empty list is nobody. */
export function isApprover(operator: Pick<OperatorPolicy, "approvers">, who: string): boolean {
  return operator.approvers.includes(who);
}

import { findExecution } from "../store/index.ts";
import type { ExecutionEnd } from "./end-execution.ts";
import type { RunContext } from "./run-context.ts";

/** The pause before the first automatic retry; it doubles with each. */
const FIRST_RETRY_MS = 10_000;

/**
 * When a failed execution is to be tried again, or null for never: only while the manifest's `retries` are not used up, and only where no
 * side effect began.
 */
export async function calculateRetryAt(run: RunContext, end: ExecutionEnd): Promise<number | null> {
  const { retries } = run.today.limits;
  if (retries === 0 || (end.outcome !== "failure" && end.outcome !== "timeout")) return null;
  const hasSideEffect = run.journal.steps.some(
    (step) => step.kind === "tool" && step.attempt > 0 && step.effect !== "read",
  );
  if (hasSideEffect) return null;
  const tried = await countRetries(run, retries);
  return tried >= retries ? null : run.parts.store.nowMs() + FIRST_RETRY_MS * 2 ** tried;
}

async function countRetries(run: RunContext, atMost: number): Promise<number> {
  let count = 0;
  let earlier = run.row.retry_of;
  while (earlier !== null && count < atMost) {
    count += 1;
    earlier = (await findExecution(run.parts.store, earlier))?.retry_of ?? null;
  }
  return count;
}

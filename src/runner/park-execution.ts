import type { StoreTransaction } from "../store/index.ts";
import { appendExecutionEvent } from "../store/index.ts";
import type { DayBudget } from "./budgets.ts";
import { findRestingStatus, wakeHeld } from "./end-execution.ts";
import { writeFenced } from "./fenced-write.ts";
import type { RunContext } from "./run-context.ts";

/** What an execution waits for once it is let go: an instant at which it goes on by itself, or null where somebody has to move it. */
export interface Parked {
  readonly wakeAt: number | null;
}

/**
 * Lets go of an execution that can only wait: no process, slot or lease is held from here on. Succeeds only if, with its row locked, there is
 * something to wait for and no call of it can go on; else (null) something was decided meanwhile, and the brain has to look again.
 */
export async function parkExecution(
  run: RunContext,
  activeMs: number,
  budget: DayBudget | null,
): Promise<Parked | null> {
  run.leases.remove(run.lease);
  const parked = await writeFenced(run.parts, run.lease, true, (transaction) =>
    park(run, transaction, activeMs, budget),
  );
  if (parked === null) run.leases.add(run.lease);
  return parked;
}

async function park(
  run: RunContext,
  transaction: StoreTransaction,
  activeMs: number,
  budget: DayBudget | null,
): Promise<Parked | null> {
  const wait = await findWait(run, transaction, budget);
  if (wait === null) return null;
  const parked = await transaction.db
    .updateTable("hand_executions")
    .set((builder) => ({
      status: "waiting",
      reason: wait.reason,
      outcome: wait.approvalId === null ? null : "approval_pending",
      approval_id: wait.approvalId,
      wake_at: wait.wakeAt,
      lease_owner: null,
      lease_until: null,
      reserved_cost_usd: 0,
      active_ms: builder("active_ms", "+", activeMs),
    }))
    .where("id", "=", run.row.id)
    .where("cancel_requested_at", "is", null)
    .executeTakeFirst();
  if (parked.numUpdatedRows === 0n) return null;
  const state = await transaction.db
    .selectFrom("hand_states")
    .select("next_run_at")
    .where("hand_name", "=", run.row.hand_name)
    .executeTakeFirst();
  await transaction.db
    .updateTable("hand_states")
    .set({ status: await findRestingStatus(transaction, run.row, state?.next_run_at ?? null) })
    .where("hand_name", "=", run.row.hand_name)
    .execute();
  await wakeHeld(run.parts, transaction, run.row.hand_name);
  await appendExecutionEvent(transaction, run.row, "execution.waiting", {
    reason: wait.reason,
    approvalId: wait.approvalId,
    wakeAt: wait.wakeAt === null ? null : new Date(wait.wakeAt).toISOString(),
    budget: budget?.scope ?? null,
  });
  transaction.notify({ kind: "hand", handName: run.row.hand_name });
  return { wakeAt: wait.wakeAt };
}

/** What there is to wait for, or null where some call can go on: it was decided, or its result has not been seen by the brain yet. */
async function findWait(run: RunContext, transaction: StoreTransaction, budget: DayBudget | null) {
  const all = await transaction.db
    .selectFrom("execution_steps")
    .select(["kind", "status", "result_order", "approval_id", "wake_at"])
    .where("execution_id", "=", run.row.id)
    .where("kind", "!=", "value")
    .orderBy("step_index")
    .execute();
  // Once there is output to deliver the brain is done: what it left behind is not waited for.
  const deliveries = all.filter((step) => step.kind === "delivery");
  const steps = deliveries.length > 0 ? deliveries : all;
  const canGoOn = steps.some(
    (step) =>
      step.status === "proposed" ||
      step.status === "approved" ||
      (step.result_order === null && ["done", "failed", "denied"].includes(step.status)),
  );
  if (canGoOn) return null;
  const asked =
    steps.find((step) => step.status === "unknown") ?? steps.find((step) => step.status === "awaiting");
  const wakes = steps
    .filter((step) => step.kind === "wait" && step.status === "executing")
    .flatMap((step) => (step.wake_at === null ? [] : [step.wake_at]));
  if (budget !== null) wakes.push(budget.resetsAt);
  const wakeAt = wakes.length === 0 ? null : Math.min(...wakes);
  if (asked !== undefined) {
    return {
      reason: asked.status === "unknown" ? "unknown" : "approval",
      wakeAt,
      approvalId: asked.approval_id,
    };
  }
  if (wakeAt === null) return null;
  return { reason: budget === null ? "sleep" : "budget", wakeAt, approvalId: null };
}

import type { Clock } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { ExecutionRow } from "../store/index.ts";
import { findNextWake, wakeSleepers } from "../store/index.ts";

/** How often an execution that another process has is looked at. */
const LOOK_EVERY_MS = 200;

/**
 * Runs an execution here until it ends or waits for a human, sleeping through its sleeps; where another process has it, waits for that one.
 * An execution that is held (its hand is paused, say) is given back as it is.
 */
export async function carryOn(
  runtime: Pick<Runtime, "runner" | "store">,
  clock: Clock,
  executionId: string,
  signal: AbortSignal,
): Promise<ExecutionRow> {
  const { runner, store } = runtime;
  for (;;) {
    const row = await runner.runHere(executionId);
    if (row.status === "ended" || isHeld(row) || isForHuman(row)) return row;
    if (row.status === "waiting" && row.reason === "budget") return row;
    if (signal.aborted) return row;
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => {});
    const wakeAt = await findNextWake(store);
    if (row.status === "waiting" && wakeAt !== null && wakeAt <= store.nowMs()) {
      await store.transaction((transaction) => wakeSleepers(transaction));
    }
  }
}

/** Waits it for somebody's decision? */
export function isForHuman(row: Pick<ExecutionRow, "status" | "reason">): boolean {
  return row.status === "waiting" && (row.reason === "approval" || row.reason === "unknown");
}

/** Is it queued with a reason not to be taken up? */
function isHeld(row: Pick<ExecutionRow, "status" | "reason">): boolean {
  return row.status === "queued" && row.reason !== null;
}

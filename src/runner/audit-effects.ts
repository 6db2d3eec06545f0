import { sha256 } from "../core/index.ts";
import type { StepRow, StoreTransaction } from "../store/index.ts";
import { appendEvent } from "../store/index.ts";

/** The states of a step that are told of, as the ends of event types. */
const AUDITED_STATES: Readonly<Partial<Record<StepRow["status"], string>>> = {
  executing: "began",
  done: "done",
  failed: "failed",
  unknown: "unknown",
};

/**
 * Records that effects began and ended, in the transaction that says so in the journal: nothing acts on the world without a link in the chain. Arguments and results are
 * there by their hashes alone.
 */
export async function auditEffects(
  transaction: StoreTransaction,
  handName: string,
  written: readonly StepRow[],
  before: (index: number) => StepRow | undefined,
): Promise<void> {
  const last = new Map(written.map((row) => [row.step_index, row]));
  for (const row of last.values()) {
    const known = before(row.step_index);
    const state = AUDITED_STATES[row.status];
    const isSame = known?.status === row.status && known.attempt === row.attempt;
    // What never began had no effect: a call that is refused fails without a link.
    if (state === undefined || isSame || row.attempt === 0) continue;
    if (row.effect === null || row.effect === "read") continue;
    await appendEvent(transaction, {
      type: `effect.${state}`,
      handName,
      executionId: row.execution_id,
      data: {
        step: row.step_index,
        name: row.name,
        effect: row.effect,
        attempt: row.attempt,
        argsHash: row.args_hash,
        toolVersion: row.tool_version,
        approvalId: row.approval_id,
        resultHash: row.result_json === null ? null : sha256(row.result_json),
      },
      isAudited: true,
    });
  }
}

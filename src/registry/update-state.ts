import type { HandStateRow, HandStatus, StoreTransaction } from "../store/index.ts";
import { insertMissingHandStates, updateHandState } from "../store/index.ts";

/** What of a hand's state can be set by hand; what is left out stays. */
export interface StateFields {
  readonly status?: HandStatus;
  readonly lastRunAt?: Date | null;
  /** The hand fires then, where a scheduler has it. */
  readonly nextRunAt?: Date | null;
  readonly runCount?: number;
  readonly successCount?: number;
  readonly failureCount?: number;
  readonly errorMessage?: string | null;
}

/** Sets fields of a hand's state, which is made where it has none. */
export async function updateState(
  transaction: StoreTransaction,
  handName: string,
  fields: StateFields,
): Promise<void> {
  await insertMissingHandStates(transaction, [handName]);
  const change = toColumns(fields);
  if (Object.keys(change).length === 0) return;
  await updateHandState(transaction, handName, change);
  transaction.notify({ kind: "hand", handName });
}

function toColumns(fields: StateFields): Partial<HandStateRow> {
  const { status, lastRunAt, nextRunAt, runCount, successCount, failureCount, errorMessage } = fields;
  return {
    ...(status === undefined ? {} : { status }),
    ...(lastRunAt === undefined ? {} : { last_run_at: lastRunAt?.getTime() ?? null }),
    ...(nextRunAt === undefined
      ? {}
      : { next_run_at: nextRunAt?.getTime() ?? null, due_at: nextRunAt?.getTime() ?? null }),
    ...(runCount === undefined ? {} : { run_count: runCount }),
    ...(successCount === undefined ? {} : { success_count: successCount }),
    ...(failureCount === undefined ? {} : { failure_count: failureCount }),
    ...(errorMessage === undefined ? {} : { error_message: errorMessage }),
  };
}

import type { JsonValue } from "../core/index.ts";
import type { StoreTransaction } from "./store.ts";

/** One thing that happened, before it has its place. */
export interface NewEvent {
  readonly type: string;
  readonly handName?: string | null;
  readonly executionId?: string | null;
  readonly data: JsonValue;
  /** True for decisions, effects and changes of configuration, which are hash-chained. Default: false. */
  readonly isAudited?: boolean;
}

/** Records an event in the transaction of what it tells of. Readers see it once it is sealed. Returns its id. */
export async function appendEvent(transaction: StoreTransaction, event: NewEvent): Promise<string> {
  const id = transaction.ids.next();
  await transaction.db
    .insertInto("events")
    .values({
      id,
      position: null,
      type: event.type,
      hand_name: event.handName ?? null,
      execution_id: event.executionId ?? null,
      data_json: JSON.stringify(event.data),
      created_at: transaction.nowMs,
      is_audited: event.isAudited === true ? 1 : 0,
      previous_hash: null,
      hash: null,
    })
    .execute();
  transaction.notify({ kind: "events" });
  return id;
}

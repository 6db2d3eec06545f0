import type { JsonValue } from "../core/index.ts";
import type { ChainPlace } from "./event-chain.ts";
import { readChainPlace, writeChainPlace } from "./event-chain.ts";
import { lockChainHead } from "./seal-events.ts";
import type { Store, StoreTransaction } from "./store.ts";

/** One thing that happened, before it has its place. */
export interface NewEvent {
  readonly type: string;
  readonly handName?: string | null;
  readonly executionId?: string | null;
  readonly data: JsonValue;
  /** True for decisions, effects and changes of configuration, which are hash-chained. Default: false. */
  readonly isAudited?: boolean;
}

/** One thing that happened, in its place. */
export interface EventRecord {
  readonly id: string;
  /** Gap-free and increasing; what a reader remembers. */
  readonly position: number;
  readonly type: string;
  readonly handName: string | null;
  readonly executionId: string | null;
  readonly data: JsonValue;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly isAudited: boolean;
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

export interface ReadEventsOptions {
  /** 0 reads from the oldest that is kept. */
  readonly afterPosition: number;
  readonly limit: number;
  /** Only those of one execution. */
  readonly executionId?: string;
}

/** The sealed events after a place, in their order. */
export async function readEvents(
  store: Pick<Store, "db">,
  options: ReadEventsOptions,
): Promise<EventRecord[]> {
  let query = store.db.selectFrom("events").selectAll().where("position", ">", options.afterPosition);
  if (options.executionId !== undefined) query = query.where("execution_id", "=", options.executionId);
  const rows = await query.orderBy("position").limit(options.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    position: Number(row.position),
    type: row.type,
    handName: row.hand_name,
    executionId: row.execution_id,
    data: JSON.parse(row.data_json),
    createdAt: row.created_at,
    isAudited: row.is_audited === 1,
  }));
}

/** The place of the newest sealed event, 0 where there is none. */
export async function readLastPosition(store: Pick<Store, "db">): Promise<number> {
  return (await readChainPlace(store, "events.head"))?.position ?? 0;
}

/**
 * Removes the oldest sealed events, up to the first that is not older than the instant, and leaves a checkpoint from which the
 * rest can be verified. Returns how many it removed.
 */
export async function pruneEvents(
  store: Store,
  options: { readonly createdBefore: number },
): Promise<number> {
  return store.transaction(async (transaction) => {
    const head = await lockChainHead(transaction);
    const oldestKept = await transaction.db
      .selectFrom("events")
      .select((expression) => expression.fn.min("position").as("position"))
      .where("position", "is not", null)
      .where("created_at", ">=", options.createdBefore)
      .executeTakeFirst();
    const through = oldestKept?.position == null ? head.position : oldestKept.position - 1;
    const place = await findPlace(transaction, through);
    if (place === null) return 0;
    const deleted = await transaction.db
      .deleteFrom("events")
      .where("position", "<=", through)
      .executeTakeFirst();
    await writeChainPlace(transaction, "events.checkpoint", place);
    return Number(deleted.numDeletedRows);
  });
}

/** The place after that many events; null where the checkpoint lies there already. */
async function findPlace(transaction: StoreTransaction, position: number): Promise<ChainPlace | null> {
  const checkpoint = await readChainPlace(transaction, "events.checkpoint");
  if (position <= (checkpoint?.position ?? 0)) return null;
  const lastAudited = await transaction.db
    .selectFrom("events")
    .select("hash")
    .where("position", "<=", position)
    .where("is_audited", "=", 1)
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  return { position, hash: lastAudited?.hash ?? checkpoint?.hash ?? null };
}

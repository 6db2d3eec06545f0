import type { JsonValue } from "../core/index.ts";
import { readChainPlace, writeChainPlace } from "./event-chain.ts";
import { prepareQuery } from "./prepare-query.ts";
import { lockChainHead } from "./seal-events.ts";
import type { Store, StoreTransaction } from "./store.ts";
import type { EventsTable } from "./tables.ts";

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
  await insertEvent(transaction, {
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
  });
  transaction.notify({ kind: "events" });
  return id;
}

const insertEvent = prepareQuery(({ db }: StoreTransaction, row: EventsTable) =>
  db.insertInto("events").values(row),
);

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

/** At most so many events go in one transaction: sealing waits for it. */
const PRUNED_AT_ONCE = 1_000;

/** The oldest sealed events, up to the first that is not older than the instant: those that {@link pruneEvents} removes next. */
export async function readPrunableEvents(
  source: Pick<Store | StoreTransaction, "db">,
  options: { readonly createdBefore: number; readonly limit?: number },
): Promise<readonly EventsTable[]> {
  const checkpoint = await readChainPlace(source, "events.checkpoint");
  const rows = await source.db
    .selectFrom("events")
    .selectAll()
    .where("position", ">", checkpoint?.position ?? 0)
    .orderBy("position")
    .limit(options.limit ?? PRUNED_AT_ONCE)
    .execute();
  const firstKept = rows.findIndex((row) => row.created_at >= options.createdBefore);
  return firstKept === -1 ? rows : rows.slice(0, firstKept);
}

/** How many they are altogether. */
export async function countPrunableEvents(
  source: Pick<Store | StoreTransaction, "db">,
  createdBefore: number,
): Promise<number> {
  const firstKept = await source.db
    .selectFrom("events")
    .select("position")
    .where("position", "is not", null)
    .where("created_at", ">=", createdBefore)
    .orderBy("position")
    .limit(1)
    .executeTakeFirst();
  const head = await readChainPlace(source, "events.head");
  const checkpoint = await readChainPlace(source, "events.checkpoint");
  const through = firstKept?.position == null ? (head?.position ?? 0) : firstKept.position - 1;
  return through - (checkpoint?.position ?? 0);
}

/**
 * Removes the oldest sealed events, up to the first that is not older than the instant, and leaves a checkpoint from which the
 * rest can be verified. Returns how many it removed: at most `limit` (default: 1,000), so call it until there are none.
 */
export async function pruneEvents(
  store: Store,
  options: { readonly createdBefore: number; readonly limit?: number },
): Promise<number> {
  return store.transaction(async (transaction) => {
    await lockChainHead(transaction);
    const going = await readPrunableEvents(transaction, options);
    const last = going.at(-1);
    if (last?.position == null) return 0;
    const checkpoint = await readChainPlace(transaction, "events.checkpoint");
    const lastAudited = going.findLast((event) => event.is_audited === 1);
    await transaction.db.deleteFrom("events").where("position", "<=", last.position).execute();
    await writeChainPlace(transaction, "events.checkpoint", {
      position: last.position,
      hash: lastAudited?.hash ?? checkpoint?.hash ?? null,
    });
    return going.length;
  });
}

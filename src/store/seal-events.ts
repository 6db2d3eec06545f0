import { sql } from "kysely";
import type { ChainPlace } from "./event-chain.ts";
import { CHAIN_START, calculateEventHash, readChainPlace, writeChainPlace } from "./event-chain.ts";
import { forUpdate } from "./for-update.ts";
import type { Store, StoreTransaction } from "./store.ts";
import type { EventsTable } from "./tables.ts";

const EVENTS_PER_PAGE = 200;

/**
 * Gives every committed event its place: gap-free, increasing, and the audited ones chained by their hashes. Any number of
 * processes may do it at once; a lock lets one after the other. Returns how many it sealed.
 */
export async function sealEvents(store: Store): Promise<number> {
  let sealedCount = 0;
  while (await hasUnsealed(store)) sealedCount += await store.transaction(sealPage);
  return sealedCount;
}

async function hasUnsealed({ db }: Store): Promise<boolean> {
  const row = await db
    .selectFrom("events")
    .select("id")
    .where("position", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function sealPage(transaction: StoreTransaction): Promise<number> {
  let place = await lockChainHead(transaction);
  const events = await transaction.db
    .selectFrom("events")
    .selectAll()
    .where("position", "is", null)
    .orderBy("created_at")
    .orderBy("id")
    .limit(EVENTS_PER_PAGE)
    .execute();
  if (events.length === 0) return 0;
  const seals: Seal[] = [];
  for (const event of events) {
    const previous = place;
    place = advance(previous, event);
    const isAudited = event.is_audited === 1;
    seals.push({
      id: event.id,
      position: place.position,
      previousHash: isAudited ? previous.hash : null,
      hash: isAudited ? place.hash : null,
    });
  }
  await writeSeals(transaction, seals);
  await writeChainPlace(transaction, "events.head", place);
  transaction.notify({ kind: "events" });
  return events.length;
}

/** The end of the chain, which nobody else can move until the transaction ends. */
export async function lockChainHead(transaction: StoreTransaction): Promise<ChainPlace> {
  await transaction.db
    .insertInto("runtime_state")
    .values({ key: "events.head", value: JSON.stringify(CHAIN_START), updated_at: transaction.nowMs })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  const row = transaction.db.selectFrom("runtime_state").select("key").where("key", "=", "events.head");
  await forUpdate(transaction, row).execute();
  return (await readChainPlace(transaction, "events.head")) ?? CHAIN_START;
}

function advance(place: ChainPlace, event: EventsTable): ChainPlace {
  const position = place.position + 1;
  const hash =
    event.is_audited === 1 ? calculateEventHash(event, { position, hash: place.hash }) : place.hash;
  return { position, hash };
}

interface Seal {
  readonly id: string;
  readonly position: number;
  readonly previousHash: string | null;
  readonly hash: string | null;
}

/** One statement for the page: a round trip for each event would hold the lock for long. */
async function writeSeals({ db }: StoreTransaction, seals: readonly Seal[]): Promise<void> {
  const rows = seals.map(
    ({ id, position, previousHash, hash }) =>
      sql`(cast(${id} as text), cast(${position} as bigint), cast(${previousHash} as text), cast(${hash} as text))`,
  );
  await sql`
    update events set position = seal.column2, previous_hash = seal.column3, hash = seal.column4
    from (values ${sql.join(rows)}) as seal where events.id = seal.column1
  `.execute(db);
}

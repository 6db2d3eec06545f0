import { hashJson } from "../core/index.ts";
import type { Store, StoreTransaction } from "./store.ts";
import type { EventsTable } from "./tables.ts";

/** Where the sealed events end, and where they begin since the last pruning. */
export type ChainMark = "events.head" | "events.checkpoint";

/** A place in the order of events, with the hash of the last audited one up to it. */
export interface ChainPlace {
  /** 0 before the first event. */
  readonly position: number;
  /** Null before the first audited event. */
  readonly hash: string | null;
}

/** Before any event. */
export const CHAIN_START: ChainPlace = { position: 0, hash: null };

/** The hash of an audited event: over everything it says, its place, and the hash of the audited one before it. */
export function calculateEventHash(
  event: Pick<EventsTable, "id" | "type" | "hand_name" | "execution_id" | "data_json" | "created_at">,
  place: ChainPlace,
): string {
  return hashJson({
    previousHash: place.hash,
    position: place.position,
    id: event.id,
    type: event.type,
    handName: event.hand_name,
    executionId: event.execution_id,
    data: event.data_json,
    createdAt: event.created_at,
  });
}

/** Null where the mark was never set. */
export async function readChainPlace({ db }: Pick<Store, "db">, mark: ChainMark): Promise<ChainPlace | null> {
  const row = await db.selectFrom("runtime_state").select("value").where("key", "=", mark).executeTakeFirst();
  return row === undefined ? null : parsePlace(row.value);
}

/** Sets a mark, which the caller has locked. */
export async function writeChainPlace(
  { db, nowMs }: StoreTransaction,
  mark: ChainMark,
  place: ChainPlace,
): Promise<void> {
  const value = JSON.stringify(place);
  await db
    .insertInto("runtime_state")
    .values({ key: mark, value, updated_at: nowMs })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, updated_at: nowMs }))
    .execute();
}

/** Unreadable marks count as the start, so that a verification finds the events that should not be there. */
function parsePlace(text: string): ChainPlace {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return CHAIN_START;
    const position = "position" in value && typeof value.position === "number" ? value.position : 0;
    const hash = "hash" in value && typeof value.hash === "string" ? value.hash : null;
    return { position, hash };
  } catch {
    return CHAIN_START;
  }
}

import type { ChainPlace } from "./event-chain.ts";
import { CHAIN_START, calculateEventHash, readChainPlace } from "./event-chain.ts";
import type { Store } from "./store.ts";
import type { EventsTable } from "./tables.ts";

const EVENTS_PER_PAGE = 1_000;

/** What a verification of the events came to. */
export type ChainVerdict =
  | { readonly isIntact: true; readonly eventCount: number; readonly auditedCount: number }
  | {
      readonly isIntact: false;
      /** The first place that is not as it was sealed. */
      readonly position: number;
      readonly eventId: string | null;
      /** A sentence for people. */
      readonly problem: string;
    };

type Fault = Extract<ChainVerdict, { readonly isIntact: false }>;

/**
 * Walks the sealed events from the last checkpoint to the end, and finds the first that was removed or moved, or that is audited
 * and was changed. Somebody who can write the whole database can forge a whole chain; keep its last hash elsewhere against that.
 */
export async function verifyEventChain(store: Store): Promise<ChainVerdict> {
  for (;;) {
    const checkpoint = (await readChainPlace(store, "events.checkpoint")) ?? CHAIN_START;
    const verdict = await walk(store, checkpoint);
    const after = (await readChainPlace(store, "events.checkpoint")) ?? CHAIN_START;
    // A pruning under way takes events from under the walk.
    if (verdict.isIntact || after.position === checkpoint.position) return verdict;
  }
}

async function walk(store: Store, checkpoint: ChainPlace): Promise<ChainVerdict> {
  const head = (await readChainPlace(store, "events.head")) ?? checkpoint;
  let place = checkpoint;
  let auditedCount = 0;
  for (;;) {
    const page = await readPage(store, place.position, head.position);
    for (const event of page) {
      const fault = findFault(event, place);
      if (fault !== null) return fault;
      place = { position: place.position + 1, hash: event.hash ?? place.hash };
      auditedCount += event.is_audited;
    }
    if (page.length < EVENTS_PER_PAGE) break;
  }
  const beyond = await findBeyond(store, head);
  return (
    findFaultAtEnd(place, head) ??
    beyond ?? { isIntact: true, eventCount: place.position - checkpoint.position, auditedCount }
  );
}

function readPage({ db }: Store, after: number, through: number): Promise<EventsTable[]> {
  return db
    .selectFrom("events")
    .selectAll()
    .where("position", ">", after)
    .where("position", "<=", through)
    .orderBy("position")
    .limit(EVENTS_PER_PAGE)
    .execute();
}

function findFault(event: EventsTable, before: ChainPlace): Fault | null {
  const position = before.position + 1;
  const fault = (problem: string): Fault => ({ isIntact: false, position, eventId: event.id, problem });
  if (event.position !== position) {
    return {
      ...fault(`The events ${position} to ${Number(event.position) - 1} are missing.`),
      eventId: null,
    };
  }
  if (event.is_audited !== 1) {
    return event.hash === null
      ? null
      : fault(`The event ${position} was audited and is no longer marked so.`);
  }
  if (event.previous_hash !== before.hash) {
    return fault(
      `The event ${position} does not follow the audited event before it, which was changed, moved or removed.`,
    );
  }
  if (event.hash !== calculateEventHash(event, { position, hash: before.hash })) {
    return fault(`The event ${position} was changed.`);
  }
  return null;
}

function findFaultAtEnd(place: ChainPlace, head: ChainPlace): Fault | null {
  if (place.position === head.position && place.hash === head.hash) return null;
  const isShort = place.position < head.position;
  return {
    isIntact: false,
    position: isShort ? place.position + 1 : head.position,
    eventId: null,
    problem: isShort
      ? `The events ${place.position + 1} to ${head.position} are missing.`
      : "The last audited event is not the one that was sealed last.",
  };
}

/** A sealer moves the end on meanwhile, so what lies behind it is a fault only while the end stands still. */
async function findBeyond(store: Store, head: ChainPlace): Promise<Fault | null> {
  const [event] = await readPage(store, head.position, Number.MAX_SAFE_INTEGER);
  const headNow = await readChainPlace(store, "events.head");
  if (event?.position == null || event.position <= (headNow?.position ?? 0)) return null;
  return {
    isIntact: false,
    position: event.position,
    eventId: event.id,
    problem: `The event ${event.position} lies behind the end of the sealed events.`,
  };
}

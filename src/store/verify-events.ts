import type { ChainPlace } from "./event-chain.ts";
import { CHAIN_START, calculateEventHash, readChainPlace } from "./event-chain.ts";
import type { Store } from "./store.ts";
import type { EventsTable } from "./tables.ts";

const EVENTS_PER_PAGE = 1_000;

/** A head of the chain that was kept elsewhere. */
export interface ChainAnchor extends ChainPlace {
  /** When it was kept, ISO 8601. */
  readonly at: string;
}

/** What a verification of the events came to. */
export type ChainVerdict =
  | {
      readonly isIntact: true;
      readonly eventCount: number;
      readonly auditedCount: number;
      /** Anchors that the chain agrees with; those before the oldest event that is kept are not among them. */
      readonly anchorCount: number;
      /** Where it ends. */
      readonly head: ChainPlace;
    }
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
 * and was changed. Somebody who can write the whole database can forge a whole chain, or cut its end off: anchors, which are heads that were kept elsewhere, show that.
 */
export async function verifyEventChain(
  store: Store,
  anchors: readonly ChainAnchor[] = [],
): Promise<ChainVerdict> {
  for (;;) {
    const checkpoint = (await readChainPlace(store, "events.checkpoint")) ?? CHAIN_START;
    const verdict = await walk(store, checkpoint, anchors);
    const after = (await readChainPlace(store, "events.checkpoint")) ?? CHAIN_START;
    // A pruning under way takes events from under the walk.
    if (verdict.isIntact || after.position === checkpoint.position) return verdict;
  }
}

async function walk(
  store: Store,
  checkpoint: ChainPlace,
  anchors: readonly ChainAnchor[],
): Promise<ChainVerdict> {
  const head = (await readChainPlace(store, "events.head")) ?? checkpoint;
  const waiting = anchors
    .filter(({ position }) => position >= checkpoint.position)
    .toSorted((left, right) => left.position - right.position);
  const anchorCount = waiting.length;
  let place = checkpoint;
  let auditedCount = 0;
  const fault = findFalseAnchor(waiting, place);
  if (fault !== null) return fault;
  for (;;) {
    const page = await readPage(store, place.position, head.position);
    for (const event of page) {
      const fault = findFault(event, place);
      if (fault !== null) return fault;
      place = { position: place.position + 1, hash: event.hash ?? place.hash };
      auditedCount += event.is_audited;
      const contradiction = findFalseAnchor(waiting, place);
      if (contradiction !== null) return contradiction;
    }
    if (page.length < EVENTS_PER_PAGE) break;
  }
  const beyond = await findBeyond(store, head);
  return (
    findFaultAtEnd(place, head) ??
    beyond ??
    findMissingEnd(waiting, place) ?? {
      isIntact: true,
      eventCount: place.position - checkpoint.position,
      auditedCount,
      anchorCount,
      head: place,
    }
  );
}

/** Takes the anchors of this place off the list, which is sorted; gives the first that tells another hash. */
function findFalseAnchor(waiting: ChainAnchor[], place: ChainPlace): Fault | null {
  while (waiting[0] !== undefined && waiting[0].position <= place.position) {
    const anchor = waiting.shift();
    if (anchor === undefined || anchor.hash === place.hash) continue;
    const problem = `The chain up to event ${anchor.position} is not the one that was anchored at ${anchor.at}.`;
    return { isIntact: false, position: anchor.position, eventId: null, problem };
  }
  return null;
}

/** Anchors of places that are not there: the end was cut off, or an older copy was put in place. */
function findMissingEnd(waiting: readonly ChainAnchor[], { position }: ChainPlace): Fault | null {
  const last = waiting.at(-1);
  if (last === undefined) return null;
  const problem = `The events end at ${position}, and at ${last.at} there were ${last.position}: the end is missing.`;
  return { isIntact: false, position: position + 1, eventId: null, problem };
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

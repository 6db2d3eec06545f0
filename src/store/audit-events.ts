import { readChainPlace } from "./event-chain.ts";
import type { Store } from "./store.ts";
import type { EventsTable } from "./tables.ts";

const EVENTS_PER_PAGE = 1_000;

/** An audited event in the very shape that its hash is over, and the hash. */
export interface AuditRecord {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly handName: string | null;
  readonly executionId: string | null;
  /** JSON as text: the hash is over the text. */
  readonly data: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Of the audited event before it. */
  readonly previousHash: string | null;
  readonly hash: string;
}

/** The sealed audited events in their order, a page at a time, however many there are. */
export async function* readAuditRecords(
  { db }: Pick<Store, "db">,
  { since, until }: { readonly since: number | null; readonly until: number | null },
): AsyncGenerator<readonly AuditRecord[]> {
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom("events")
      .selectAll()
      .where("position", ">", after)
      .orderBy("position")
      .limit(EVENTS_PER_PAGE)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.position);
    yield rows
      .filter(
        (row) => (since === null || row.created_at >= since) && (until === null || row.created_at < until),
      )
      .flatMap(toRecord);
  }
}

function toRecord(row: EventsTable): readonly AuditRecord[] {
  if (row.is_audited !== 1 || row.hash === null) return [];
  return [
    {
      position: Number(row.position),
      id: row.id,
      type: row.type,
      handName: row.hand_name,
      executionId: row.execution_id,
      data: row.data_json,
      createdAt: row.created_at,
      previousHash: row.previous_hash,
      hash: row.hash,
    },
  ];
}

/** Where the chain begins and ends, and how many events are not sealed yet. */
export async function readAuditHead(store: Pick<Store, "db">): Promise<{
  readonly head: { readonly position: number; readonly hash: string | null };
  /** Where pruning left off; everything before is gone. */
  readonly checkpointPosition: number;
  readonly unsealedCount: number;
}> {
  const head = await readChainPlace(store, "events.head");
  const checkpoint = await readChainPlace(store, "events.checkpoint");
  const { count } = await store.db
    .selectFrom("events")
    .select((builder) => builder.fn.countAll().as("count"))
    .where("position", "is", null)
    .executeTakeFirstOrThrow();
  return {
    head: head ?? { position: 0, hash: null },
    checkpointPosition: checkpoint?.position ?? 0,
    unsealedCount: Number(count),
  };
}

import { hasLeasePassed } from "../has-lease-passed.ts";
import type { StoreTransaction } from "../store.ts";
import { lockRuntimeValue } from "./runtime-values.ts";

/** What a process that says nothing any more had under way is given to others after this long. */
const LEASE_MS = 15_000;

/** A request that waits is asked for again before this, or loses its place in the line. */
const PLACE_MS = 5_000;

/** How often to look again, where no news of a request's end came. */
const LOOK_EVERY_MS = 500;

const MINUTE_MS = 60_000;

/** How often a process says that its requests are still under way. */
export const RENEW_MODEL_REQUESTS_EVERY_MS = LEASE_MS / 3;

/** A request to a model whose provider has limits. Null is no limit. */
export interface ModelRequest {
  readonly id: string;
  readonly provider: string;
  readonly nodeId: string;
  readonly tokens: number;
  readonly limits: {
    readonly maxConcurrent: number | null;
    readonly requestsPerMinute: number | null;
    readonly tokensPerMinute: number | null;
  };
}

/**
 * Counts a request where the provider's limits have room and nobody who waits came before it: null. Otherwise gives it a place in the line, and
 * the milliseconds after which to ask again. One that is larger than the limit of tokens goes alone.
 */
export async function admitModelRequest(
  transaction: StoreTransaction,
  request: ModelRequest,
): Promise<number | null> {
  const { db, nowMs } = transaction;
  const { id, provider, limits } = request;
  // Two that look at once would both find the last room.
  await lockRuntimeValue(transaction, `model.lock/${provider}`);
  await forgetOld(transaction, provider);
  const place = { lease_until: nowMs + PLACE_MS };
  await db
    .insertInto("model_requests")
    .values({
      id,
      provider,
      node_id: request.nodeId,
      tokens: request.tokens,
      asked_at: nowMs,
      started_at: null,
      ...place,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(place))
    .execute();
  const first = await db
    .selectFrom("model_requests")
    .select("id")
    .where("provider", "=", provider)
    .where("started_at", "is", null)
    .orderBy("asked_at")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  if (first?.id !== id) return LOOK_EVERY_MS;
  const load = await measureLoad(transaction, provider);
  if (limits.maxConcurrent !== null && load.underWay >= limits.maxConcurrent) return LOOK_EVERY_MS;
  const isRateReached =
    load.oldestAt !== null &&
    ((limits.requestsPerMinute !== null && load.sent >= limits.requestsPerMinute) ||
      (limits.tokensPerMinute !== null && load.tokens + request.tokens > limits.tokensPerMinute));
  if (isRateReached) {
    const untilRoomMs = (load.oldestAt ?? nowMs) + MINUTE_MS - nowMs;
    return Math.min(LOOK_EVERY_MS, Math.max(1, untilRoomMs));
  }
  await db
    .updateTable("model_requests")
    .set({ started_at: nowMs, lease_until: nowMs + LEASE_MS })
    .where("id", "=", id)
    .execute();
  return null;
}

/** Those of the last minute count for the rates, whatever became of them; those of a time that has not come are of a clock that was set back. */
async function forgetOld({ db, nowMs }: StoreTransaction, provider: string): Promise<void> {
  await db
    .deleteFrom("model_requests")
    .where("provider", "=", provider)
    .where(hasLeasePassed(nowMs))
    .where((builder) =>
      builder.or([
        builder("started_at", "is", null),
        builder("started_at", "<=", nowMs - MINUTE_MS),
        builder("started_at", ">", nowMs + MINUTE_MS),
      ]),
    )
    .execute();
}

interface Load {
  readonly underWay: number;
  /** Of the last minute, and so are the others. */
  readonly sent: number;
  readonly tokens: number;
  readonly oldestAt: number | null;
}

async function measureLoad({ db, nowMs }: StoreTransaction, provider: string): Promise<Load> {
  const row = await db
    .selectFrom("model_requests")
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere("lease_until", ">=", nowMs).as("under_way"),
      fn
        .countAll<number>()
        .filterWhere("started_at", ">", nowMs - MINUTE_MS)
        .as("sent"),
      fn
        .sum<number>("tokens")
        .filterWhere("started_at", ">", nowMs - MINUTE_MS)
        .as("tokens"),
      fn
        .min("started_at")
        .filterWhere("started_at", ">", nowMs - MINUTE_MS)
        .as("oldest_at"),
    ])
    .where("provider", "=", provider)
    .where("started_at", "is not", null)
    .executeTakeFirstOrThrow();
  return {
    underWay: Number(row.under_way),
    sent: Number(row.sent),
    tokens: Number(row.tokens ?? 0),
    oldestAt: row.oldest_at === null ? null : Number(row.oldest_at),
  };
}

/** Notes that a request is over, and tells those who wait for room. It counts for the rates until it is a minute old. */
export async function endModelRequest(
  transaction: StoreTransaction,
  { id, provider }: Pick<ModelRequest, "id" | "provider">,
): Promise<void> {
  const { db, nowMs } = transaction;
  await db.deleteFrom("model_requests").where("id", "=", id).where("started_at", "is", null).execute();
  // An instant before every other, which no renewal brings back.
  await db.updateTable("model_requests").set({ lease_until: 0 }).where("id", "=", id).execute();
  const waiting = await db
    .selectFrom("model_requests")
    .select("id")
    .where("provider", "=", provider)
    .where("started_at", "is", null)
    .where("lease_until", ">=", nowMs)
    .limit(1)
    .execute();
  if (waiting.length > 0) transaction.notify({ kind: "model_limit", provider });
}

/** Says that what a process has under way still is. */
export async function renewModelRequests(transaction: StoreTransaction, nodeId: string): Promise<void> {
  await transaction.db
    .updateTable("model_requests")
    .set({ lease_until: transaction.nowMs + LEASE_MS })
    .where("node_id", "=", nodeId)
    .where("started_at", "is not", null)
    .where("lease_until", ">", 0)
    .execute();
}

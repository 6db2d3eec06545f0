import { createDeferred, HandsError } from "../../core/index.ts";
import type { ChangeFeed } from "../change-feed.ts";
import { createKysely } from "../create-kysely.ts";
import type { StoreTransaction } from "../store.ts";
import type { UnitContext } from "../unit-context.ts";
import { UnitRecord } from "../unit-record.ts";
import { watchUnit } from "../unit-watch.ts";
import { mustBeHeard, writeNotifications } from "./notification.ts";
import type { NotificationSender } from "./notification-sender.ts";
import { createCommitUnknownError, isLostConnection, toPostgresStoreError } from "./postgres-errors.ts";
import { POSTGRES_CAPABILITIES, POSTGRES_LANGUAGE } from "./postgres-language.ts";
import type { PostgresParts } from "./postgres-parts.ts";
import type { PostgresClient, PostgresPool } from "./postgres-pool.ts";
import { IDLE_IN_TRANSACTION_TIMEOUT } from "./postgres-pool.ts";

const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
const LIMIT_IDLENESS = `SET LOCAL idle_in_transaction_session_timeout = '${IDLE_IN_TRANSACTION_TIMEOUT}'`;

/** What every transaction of a store works with. */
export interface PostgresTransactionContext extends PostgresParts {
  readonly pool: PostgresPool;
  readonly context: UnitContext;
  readonly feed: ChangeFeed;
  readonly storeId: string;
  readonly channel: string;
  readonly sender: NotificationSender;
  readonly hasSessions: boolean;
  readonly nowMs: () => number;
}

/** Attempts a unit of work once: begin, the work, what must be heard, commit, and then what waits for the commit. */
export async function attemptTransaction<T>(
  parts: PostgresTransactionContext,
  work: (transaction: StoreTransaction) => Promise<T>,
): Promise<T> {
  const client = await parts.pool.connect();
  const record = new UnitRecord();
  let isUsable = false;
  try {
    const begun = begin(client, parts.hasSessions);
    if (!parts.hasSessions) await begun;
    try {
      const value = await runWork(parts, client, record, work);
      await begun;
      await commit(parts, client, record);
      isUsable = true;
      record.announce(parts.feed, parts.logger);
      parts.sender.add(record.topics.filter((topic) => !mustBeHeard(topic)));
      return value;
    } catch (error) {
      record.close();
      isUsable = await rollBack(client, error);
      throw error;
    }
  } finally {
    client.release({ isUsable });
  }
}

/** Where sessions keep their settings, what is sent before the answer cannot write outside the transaction: it is refused there. */
function begin(client: PostgresClient, hasSessions: boolean): Promise<unknown> {
  const begun = client.run(hasSessions ? BEGIN : `${BEGIN}; ${LIMIT_IDLENESS}`);
  // It is awaited after the work, which fails with it.
  begun.catch(() => {});
  return begun;
}

async function runWork<T>(
  parts: PostgresTransactionContext,
  client: PostgresClient,
  record: UnitRecord,
  work: (transaction: StoreTransaction) => Promise<T>,
): Promise<T> {
  const { clock, logger, context } = parts;
  const givenUp = createDeferred<never>();
  const stopWatching = watchUnit({
    clock,
    logger,
    work,
    isQuerying: () => client.isQuerying,
    giveUp: givenUp.reject,
  });
  try {
    const transaction = createTransaction(parts, client, record);
    const working = context.run(record, async () => work(transaction));
    const value = await Promise.race([working, givenUp.promise]);
    if (record.failure !== null) throw record.failure.error;
    return value;
  } finally {
    record.close();
    stopWatching();
  }
}

function createTransaction(
  parts: PostgresTransactionContext,
  client: PostgresClient,
  record: UnitRecord,
): StoreTransaction {
  const db = createKysely(POSTGRES_LANGUAGE, async (query) => {
    record.assertUsable();
    try {
      return await client.execute(query);
    } catch (error) {
      const failure = toPostgresStoreError(error, parts.pool.databaseName);
      record.fail(failure);
      throw failure;
    }
  });
  return {
    db,
    capabilities: POSTGRES_CAPABILITIES,
    ids: parts.ids,
    nowMs: parts.nowMs(),
    onCommit: (callback) => record.onCommit(callback),
    notify: (topic) => record.notify(topic),
  };
}

async function commit(
  parts: PostgresTransactionContext,
  client: PostgresClient,
  record: UnitRecord,
): Promise<void> {
  const telling = tell(parts, client, record);
  const command = await client.run("COMMIT").catch((error: unknown) => {
    throw isLostConnection(error) ? createCommitUnknownError(error, parts.pool.databaseName) : error;
  });
  await telling;
  if (command !== "COMMIT") {
    throw new HandsError(
      "internal",
      "A query that nobody awaited failed, and its transaction was rolled back.",
      {
        hint: "Await every query of the transaction before its work returns.",
      },
    );
  }
}

/** The commit is sent right after it, and comes to nothing where it fails. */
function tell(
  { storeId, channel }: PostgresTransactionContext,
  client: PostgresClient,
  record: UnitRecord,
): Promise<unknown> {
  const payloads = writeNotifications({ storeId, topics: record.topics.filter(mustBeHeard) });
  const telling = Promise.all(
    payloads.map((payload) =>
      client.execute({ sql: "SELECT pg_notify($1, $2)", parameters: [channel, payload] }),
    ),
  );
  // It is awaited after the commit, which tells of a lost connection in its own words.
  telling.catch(() => {});
  return telling;
}

/** Returns whether the connection can be used again. A lost one rolls back by itself. */
async function rollBack(client: PostgresClient, reason: unknown): Promise<boolean> {
  if (isLostConnection(reason)) return false;
  try {
    await client.run("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

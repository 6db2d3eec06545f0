import { CompiledQuery, sql } from "kysely";
import type { ConstructorOptions, Db, Job } from "pg-boss";
import { PgBoss } from "pg-boss";
import type { Clock, Logger } from "../core/index.ts";
import { createDeferred, describeError, sha256 } from "../core/index.ts";
import type { Store, StoreTransaction } from "../store/index.ts";
import { parsePostgresAddress } from "../store/index.ts";
import type { WakeUp, WakeUpHandler, WorkQueue } from "./work-queue.ts";

const QUEUE = "wake-ups";
/** One batch is what a process holds at most without having room for it. More than one, or a backlog waits for the next poll. */
const BATCH_SIZE = 10;
/** A process that has no room leaves what is queued to others; then it takes what the sweep would have found all the same. */
const HOLD_MS = 5_000;
/** What a process had taken out of the queue when it died comes again after this; the sweep is far quicker. */
const EXPIRE_SECONDS = 60;
/** A wake-up that nobody fetched within a day is of no use: the sweep knows the execution. */
const RETENTION_SECONDS = 86_400;
/** Wake-ups that were handed over are deleted by a look that comes this often. */
const MAINTAIN_EVERY_SECONDS = 30;
/** Where nothing can be listened to, the queue is looked at this often. */
const POLL_SECONDS = 0.5;
/** The same trouble is said again after this. */
const SAY_AGAIN_MS = 60_000;

export interface PgBossQueueOptions {
  /** The address of the store's database. Where notifications do not come through, the queue is polled. */
  readonly db: string;
  readonly store: Pick<Store, "db">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The queue of many processes: wake-ups are rows of pg-boss, in the store's own database and in the transaction that makes them
 * necessary. They are never the truth: a claim decides.
 */
export async function openPgBossQueue(options: PgBossQueueOptions): Promise<WorkQueue> {
  const schema = await nameSchema(options.store);
  const sender = createBoss(options, schema, { migrate: true, max: 1 });
  try {
    await sender.start();
    // Of many processes that start at once, one makes it; the others find it made.
    await sender.createQueue(QUEUE, {
      notify: true,
      retryLimit: 1,
      expireInSeconds: EXPIRE_SECONDS,
      retentionSeconds: RETENTION_SECONDS,
      deleteAfterSeconds: 1,
    });
  } catch (error) {
    await sender.stop({ graceful: false });
    throw error;
  }
  return new PgBossQueue(options, schema, sender);
}

class PgBossQueue implements WorkQueue {
  readonly reachesEveryProcess = true;
  readonly #options: PgBossQueueOptions;
  readonly #schema: string;
  readonly #sender: PgBoss;
  readonly #receivers: PgBoss[] = [];
  #stopped = createDeferred();
  #closing: Promise<void> | undefined;

  constructor(options: PgBossQueueOptions, schema: string, sender: PgBoss) {
    this.#options = options;
    this.#schema = schema;
    this.#sender = sender;
  }

  async send(transaction: StoreTransaction, wakeUp: WakeUp): Promise<void> {
    const { executionId, priority } = wakeUp;
    await this.#sender.send(QUEUE, { executionId, priority }, { priority, db: inTransaction(transaction) });
  }

  async listen(handler: WakeUpHandler): Promise<void> {
    const { hasSessions } = parsePostgresAddress(this.#options.db);
    const receiver = createBoss(this.#options, this.#schema, {
      migrate: false,
      max: 2,
      useListenNotify: hasSessions,
      supervise: true,
      superviseIntervalSeconds: MAINTAIN_EVERY_SECONDS,
      maintenanceIntervalSeconds: MAINTAIN_EVERY_SECONDS,
    });
    this.#receivers.push(receiver);
    await receiver.start();
    await receiver.work<WakeUp>(
      QUEUE,
      {
        batchSize: BATCH_SIZE,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: POLL_SECONDS,
        notifyPollingIntervalSeconds: MAINTAIN_EVERY_SECONDS,
      },
      (jobs) => this.#handOver(jobs, handler),
    );
  }

  async stop(): Promise<void> {
    this.#stopped.resolve();
    await Promise.all(this.#receivers.splice(0).map((receiver) => receiver.stop({ timeout: 1_000 })));
    this.#stopped = createDeferred();
  }

  close(): Promise<void> {
    this.#closing ??= this.stop().then(() => this.#sender.stop({ graceful: false }));
    return this.#closing;
  }

  /** Keeps the batch until there is room for more, so that what is urgent is not queued behind it in a process that is full. */
  async #handOver(jobs: readonly Job<WakeUp>[], handler: WakeUpHandler): Promise<void> {
    const given = new AbortController();
    // The urgent ones were fetched first, and come in any order.
    const wakeUps = jobs.map(({ data }) => data).toSorted((left, right) => right.priority - left.priority);
    const taken = Promise.all(wakeUps.map((wakeUp) => handler(wakeUp)));
    const late = this.#options.clock.sleep(HOLD_MS, given.signal).catch(() => {});
    await Promise.race([taken, late, this.#stopped.promise]);
    given.abort();
  }
}

function createBoss(
  { db, clock, logger }: PgBossQueueOptions,
  schema: string,
  options: ConstructorOptions,
): PgBoss {
  const boss = new PgBoss({
    connectionString: parsePostgresAddress(db).url,
    application_name: "hands-queue",
    schema,
    schedule: false,
    supervise: false,
    registerInstance: false,
    reindex: false,
    openTelemetry: { enabled: false },
    ...options,
  });
  let said = { message: "", atMs: Number.NEGATIVE_INFINITY };
  const say = (message: string) => {
    const nowMs = clock.monotonicMs();
    if (message === said.message && nowMs - said.atMs < SAY_AGAIN_MS) return;
    said = { message, atMs: nowMs };
    logger.warn("The queue has trouble; what is missed is found by looking.", { error: message });
  };
  boss.on("error", (error) => say(describeError(error)));
  boss.on("warning", (warning) => say(warning.message));
  return boss;
}

/** Statements of the queue, run by the store's transaction. */
function inTransaction({ db }: StoreTransaction): Db {
  return {
    executeSql: async (text, values = []) => {
      const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...values]));
      return { rows: [...rows] };
    },
  };
}

/** Beside the store's own schema, so that two projects in one database keep out of each other's way. */
async function nameSchema(store: Pick<Store, "db">): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(store.db);
  const name = rows[0]?.name ?? "public";
  return name === "public" ? "hands_queue" : `hands_queue_${sha256(name).slice(0, 12)}`;
}

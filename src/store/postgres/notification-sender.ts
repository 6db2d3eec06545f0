import type { Clock, Logger } from "../../core/index.ts";
import { describeError } from "../../core/index.ts";
import type { StoreTopic } from "../store.ts";
import { writeNotifications } from "./notification.ts";
import type { PostgresPool } from "./postgres-pool.ts";

/** What is told meanwhile goes with the next message: others are to hear within 200 ms. */
const REST_MS = 25;

export interface NotificationSenderOptions {
  readonly pool: Pick<PostgresPool, "execute">;
  /** Known once the schema is. */
  readonly channel: () => string;
  readonly storeId: string;
  readonly clock: Pick<Clock, "sleep">;
  readonly logger: Logger;
}

/**
 * Tells other processes what was committed here: after the commit, and the news of many commits at once. Postgres commits transactions that
 * notify one after the other, whichever process they are of, so news that only has to come soon stays out of them.
 */
export class NotificationSender {
  readonly #options: NotificationSenderOptions;
  readonly #topics = new Map<string, StoreTopic>();
  readonly #stopping = new AbortController();
  #sending: Promise<void> | undefined;

  constructor(options: NotificationSenderOptions) {
    this.#options = options;
  }

  /** The first are sent at once, those that come soon after them together. */
  add(topics: readonly StoreTopic[]): void {
    for (const topic of topics) this.#topics.set(JSON.stringify(topic), topic);
    if (this.#topics.size > 0) this.#sending ??= this.#sendAll();
  }

  /** Resolves when everything was sent. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { clock } = this.#options;
    while (this.#topics.size > 0) {
      const topics = [...this.#topics.values()];
      this.#topics.clear();
      await this.#send(topics);
      await clock.sleep(REST_MS, this.#stopping.signal).catch(() => {});
    }
    this.#sending = undefined;
  }

  async #send(topics: readonly StoreTopic[]): Promise<void> {
    const { pool, channel, storeId, logger } = this.#options;
    try {
      await pool.execute({
        sql: "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload",
        parameters: [channel(), writeNotifications({ storeId, topics })],
      });
    } catch (error) {
      logger.warn("Other processes could not be told of a commit; they learn it with the next news.", {
        error: describeError(error),
      });
    }
  }
}

import type { Clock, ClockTimer, Logger } from "../../core/index.ts";
import { describeError } from "../../core/index.ts";
import { connectListener } from "./postgres-pool.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** A connection can die without a word; asking finds out. */
const PING_EVERY_MS = 15_000;

export interface NotificationListenerOptions {
  readonly url: string;
  readonly channel: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onPayload: (payload: string) => void;
  /** Listening began anew after a gap in which something may have been missed. */
  readonly onGap: () => void;
}

/** Hears what other processes tell, and connects again when the connection is lost. */
export class NotificationListener {
  readonly #options: NotificationListenerOptions;
  #connection: Awaited<ReturnType<typeof connectListener>> | undefined;
  #timer: ClockTimer | undefined;
  #isStopped = false;
  #delayMs = FIRST_DELAY_MS;

  constructor(options: NotificationListenerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#connection?.end();
  }

  async #connect(): Promise<void> {
    const { url, channel, onPayload } = this.#options;
    const connection = await connectListener(url, channel, {
      onPayload,
      onEnd: () => this.#reconnectLater(),
    });
    if (this.#isStopped) {
      await connection.end();
      return;
    }
    this.#connection = connection;
    this.#delayMs = FIRST_DELAY_MS;
    this.#schedule(PING_EVERY_MS, () => this.#ping(connection));
  }

  #ping(connection: { ping(): Promise<void>; end(): Promise<void> }): void {
    connection.ping().then(
      () => {
        if (this.#connection === connection) this.#schedule(PING_EVERY_MS, () => this.#ping(connection));
      },
      () => void connection.end().catch(() => {}),
    );
  }

  #reconnectLater(): void {
    this.#connection = undefined;
    if (this.#isStopped) return;
    const { logger } = this.#options;
    this.#schedule(this.#delayMs, () => {
      this.#connect().then(this.#options.onGap, (error: unknown) => {
        logger.warn("Listening to the database failed and is tried again.", { error: describeError(error) });
        this.#reconnectLater();
      });
    });
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
  }

  #schedule(delayMs: number, action: () => void): void {
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delayMs, action);
  }
}

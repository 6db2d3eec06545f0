import type { ChannelSet } from "../channels/index.ts";
import { createFileChannel, FILE_CHANNEL } from "../channels/index.ts";
import type { Clock, ClockTimer, Logger, Redactor } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { DeliveryRow, Store } from "../store/index.ts";
import {
  appendEvent,
  claimDelivery,
  findDueDeliveries,
  findNextDelivery,
  recordDelivery,
} from "../store/index.ts";

/** Pauses before each further attempt, in milliseconds. Source: the schedule that Standard Webhooks recommends. */
const RETRY_DELAYS_MS = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];

/** How long one attempt may hold a delivery before another process may try. */
const DELIVERY_LEASE_MS = 60_000;

/** Makes the deliveries of ended executions: at least once each, under a stable id, with a record of its own that never changes the outcome. */
export class DeliveryWorker {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #channels: ChannelSet;
  readonly #redactor: Redactor;
  readonly #nodeId: string;
  readonly #active = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #timer: ClockTimer | undefined;
  #stopListening: (() => void) | undefined;

  constructor(parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly channels: ChannelSet;
    readonly redactor: Redactor;
    readonly nodeId: string;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#channels = parts.channels;
    this.#redactor = parts.redactor;
    this.#nodeId = parts.nodeId;
  }

  /** Begins to deliver whatever is due, and whenever something becomes due. */
  start(): void {
    this.#stopListening ??= this.#store.onChange((change) => {
      if (change.topics === null || change.topics.some((topic) => topic.kind === "delivery")) this.#look();
    });
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#timer?.cancel();
    this.#stop.abort(new HandsError("stopping", "the process is stopping"));
    await Promise.all(this.#active.values());
  }

  /** Tries every delivery of an execution that is due now. */
  async deliverFor(executionId: string): Promise<void> {
    const due = await findDueDeliveries(this.#store, this.#store.nowMs(), 100, executionId);
    await Promise.all(due.map((row) => this.#attempt(row.id)));
  }

  #look(): void {
    void this.#lookOnce().catch((error: unknown) => {
      this.#logger.warn("could not look for deliveries", { error: describeError(error) });
      this.#lookAgainIn(1000);
    });
  }

  async #lookOnce(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    for (const row of await findDueDeliveries(this.#store, this.#store.nowMs(), 100))
      void this.#attempt(row.id);
    const next = await findNextDelivery(this.#store);
    if (next !== null) this.#lookAgainIn(Math.max(50, next - this.#store.nowMs()));
  }

  #lookAgainIn(delayMs: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(delayMs, () => this.#look());
  }

  /** One attempt at a time for each delivery of this process. */
  #attempt(id: string): Promise<void> {
    const known = this.#active.get(id);
    if (known !== undefined) return known;
    const attempt = this.#deliver(id)
      .catch((error: unknown) => {
        this.#logger.warn("a delivery could not be recorded; it will be tried again", {
          delivery: id,
          error: describeError(error),
        });
      })
      .finally(() => this.#active.delete(id));
    this.#active.set(id, attempt);
    return attempt;
  }

  async #deliver(id: string): Promise<void> {
    const claimed = await this.#store.transaction((transaction) =>
      claimDelivery(transaction, id, this.#nodeId, transaction.nowMs + DELIVERY_LEASE_MS),
    );
    if (claimed === null) return;
    const { row, completedAt } = claimed;
    try {
      const result = await this.#send(row, completedAt);
      await this.#record(row, { status: "delivered", result, error: null, nextAttemptAt: null });
    } catch (error) {
      await this.#recordFailure(row, error);
    }
  }

  async #send(row: DeliveryRow, completedAt: number): Promise<string | null> {
    const channel =
      row.channel === FILE_CHANNEL ? createFileChannel(row.destination) : this.#channels.find(row.channel);
    if (channel === undefined) {
      throw new HandsError("delivery_failed", `there is no channel ${JSON.stringify(row.channel)}`, {
        details: { retryable: false },
        hint: `Add [channels.${row.channel}] to hands.toml.`,
      });
    }
    if (row.destination === "") {
      throw new HandsError("delivery_failed", `${row.channel}: the destination could not be resolved`, {
        details: { retryable: false },
        hint: "A file_drop must be inside the project's folder; a channel must be in hands.toml when the execution ends.",
      });
    }
    return await channel.deliver(
      {
        deliveryId: row.id,
        handName: row.hand_name,
        executionId: row.execution_id,
        format: row.format,
        payload: row.payload,
        destination: row.destination,
        completedAt,
      },
      this.#stop.signal,
    );
  }

  async #recordFailure(row: DeliveryRow, error: unknown): Promise<void> {
    const details = error instanceof HandsError ? error.details : {};
    const delay = RETRY_DELAYS_MS[row.attempts - 1];
    const mayRetry = details["retryable"] !== false && delay !== undefined;
    const askedMs = typeof details["retryAfterMs"] === "number" ? details["retryAfterMs"] : 0;
    const nextAttemptAt = mayRetry ? this.#store.nowMs() + Math.max(delay, askedMs) : null;
    const status = mayRetry ? "retrying" : "failed";
    const message = this.#redactor.text(describeError(error));
    await this.#record(row, { status, result: null, error: message, nextAttemptAt });
  }

  async #record(
    row: DeliveryRow,
    outcome: {
      readonly status: "delivered" | "retrying" | "failed";
      readonly result: string | null;
      readonly error: string | null;
      readonly nextAttemptAt: number | null;
    },
  ): Promise<void> {
    await this.#store.transaction(async (transaction) => {
      if (!(await recordDelivery(transaction, row, outcome))) return;
      await appendEvent(transaction, {
        type: `delivery.${outcome.status}`,
        handName: row.hand_name,
        executionId: row.execution_id,
        data: { deliveryId: row.id, channel: row.channel, result: outcome.result, error: outcome.error },
      });
      transaction.notify({ kind: "delivery", executionId: row.execution_id });
    });
  }
}

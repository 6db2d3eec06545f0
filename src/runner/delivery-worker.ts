import type { ChannelSet } from "../channels/index.ts";
import { createFileChannel, FILE_CHANNEL } from "../channels/index.ts";
import type { Clock, Logger, Redactor } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import { planRetry, SENDING_LEASE_MS, SendingLoop } from "../messaging/index.ts";
import type { DeliveryRow, SendingOutcome, Store } from "../store/index.ts";
import { appendEvent, claimDelivery, recordDelivery } from "../store/index.ts";

/** Makes the deliveries of ended executions: at least once each, under a stable id, with a record of its own that never changes the outcome. */
export class DeliveryWorker {
  readonly #store: Store;
  readonly #channels: ChannelSet;
  readonly #redactor: Redactor;
  readonly #nodeId: string;
  readonly #loop: SendingLoop;

  constructor(parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly channels: ChannelSet;
    readonly redactor: Redactor;
    readonly nodeId: string;
  }) {
    const { store, clock, logger } = parts;
    this.#store = store;
    this.#channels = parts.channels;
    this.#redactor = parts.redactor;
    this.#nodeId = parts.nodeId;
    this.#loop = new SendingLoop({
      store,
      clock,
      logger,
      table: "deliveries",
      what: "delivery",
      hears: ({ topics }) => topics === null || topics.some((topic) => topic.kind === "delivery"),
      attempt: (id, signal) => this.#deliver(id, signal),
    });
  }

  /** Begins to deliver whatever is due, and whenever something becomes due. */
  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** Tries every delivery of an execution that is due now. */
  async deliverFor(executionId: string): Promise<void> {
    await this.#loop.sendFor(executionId);
  }

  async #deliver(id: string, signal: AbortSignal): Promise<void> {
    const claimed = await this.#store.transaction((transaction) =>
      claimDelivery(transaction, id, {
        nodeId: this.#nodeId,
        until: transaction.nowMs + SENDING_LEASE_MS,
      }),
    );
    if (claimed === null) return;
    const { row, completedAt } = claimed;
    try {
      const result = await this.#send(row, completedAt, signal);
      await this.#record(row, { status: "delivered", result, error: null, nextAttemptAt: null });
    } catch (error) {
      const plan = planRetry({ attempts: row.attempts, error, nowMs: this.#store.nowMs() }, "deliveries");
      await this.#record(row, { ...plan, result: null, error: this.#redactor.text(describeError(error)) });
    }
  }

  async #send(row: DeliveryRow, completedAt: number, signal: AbortSignal): Promise<string | null> {
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
        hint: "A file_drop must be inside the project's folder, and in none of hands, versions or workspaces; a channel must be in hands.toml when the execution ends.",
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
      signal,
    );
  }

  async #record(
    row: DeliveryRow,
    outcome: SendingOutcome & { readonly result: string | null },
  ): Promise<void> {
    await this.#store.transaction(async (transaction) => {
      if (!(await recordDelivery(transaction, row, outcome))) return;
      await appendEvent(transaction, {
        type: `delivery.${outcome.status}`,
        handName: row.hand_name,
        executionId: row.execution_id,
        data: { deliveryId: row.id, channel: row.channel, result: outcome.result, error: outcome.error },
        isAudited: true,
      });
      transaction.notify({ kind: "delivery", executionId: row.execution_id });
    });
  }
}

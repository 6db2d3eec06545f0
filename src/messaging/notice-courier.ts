import type { ChannelSet } from "../channels/index.ts";
import type { Clock, Logger, Redactor } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { NoticeRow, SendingOutcome, Store } from "../store/index.ts";
import { appendEvent, claimSending, completeNotice, findNotice, recordSending } from "../store/index.ts";
import type { DigestSettings } from "./daily-digest.ts";
import { sendDigest } from "./daily-digest.ts";
import { EventFollower } from "./follow-events.ts";
import { planRetry } from "./plan-retry.ts";
import { SENDING_LEASE_MS, SendingLoop } from "./sending-loop.ts";

/** `[alerts]` of `hands.toml`. */
export interface AlertSettings {
  /** The channels that notices go through. */
  readonly channels: readonly string[];
  /** Null for no digest. */
  readonly digest: DigestSettings | null;
}

/** What a courier of notices works with. */
export interface NoticeCourierParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly channels: ChannelSet;
  readonly redactor: Redactor;
  readonly nodeId: string;
  readonly alerts: AlertSettings;
  readonly publicUrl: string | null;
}

/** Tells people what the runtime itself has to say: derived from events, so that nobody has to ask for it, journaled, at least once. */
export class NoticeCourier {
  readonly #parts: NoticeCourierParts;
  readonly #loop: SendingLoop;
  readonly #follower: EventFollower;

  constructor(parts: NoticeCourierParts) {
    this.#parts = parts;
    const { store, clock, logger, alerts, publicUrl } = parts;
    this.#follower = new EventFollower({ store, channels: alerts.channels, publicUrl });
    this.#loop = new SendingLoop({
      store,
      clock,
      logger,
      table: "notices",
      what: "notice",
      hears: ({ topics }) => topics === null || topics.some((topic) => topic.kind === "events"),
      prepare: (signal) => this.#prepare(signal),
      attempt: (id, signal) => this.#attempt(id, signal),
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #prepare(signal: AbortSignal): Promise<number | null> {
    const { store, alerts, publicUrl } = this.#parts;
    await this.#follower.follow(signal);
    if (alerts.digest === null || signal.aborted) return null;
    return await sendDigest(store, alerts.digest, { channels: alerts.channels, publicUrl });
  }

  async #attempt(id: string, signal: AbortSignal): Promise<void> {
    const { store, nodeId, redactor } = this.#parts;
    const row = await store.transaction(async (transaction) => {
      const lease = { nodeId, until: transaction.nowMs + SENDING_LEASE_MS };
      return (await claimSending(transaction, "notices", id, lease))
        ? await findNotice(transaction, id)
        : undefined;
    });
    if (row === undefined) return;
    try {
      await this.#send(row, signal);
      await this.#record(row, { status: "delivered", error: null, nextAttemptAt: null });
    } catch (error) {
      const failure = { attempts: row.attempts, error, nowMs: store.nowMs() };
      const plan = planRetry(failure, "notices");
      await this.#record(row, { ...plan, error: redactor.text(describeError(error)) });
    }
  }

  async #send(row: NoticeRow, signal: AbortSignal): Promise<void> {
    const channel = this.#parts.channels.find(row.channel);
    if (channel?.notify === undefined) {
      throw new HandsError("delivery_failed", `nothing can be said through ${JSON.stringify(row.channel)}`, {
        details: { retryable: false },
        hint: `Add [channels.${row.channel}] to hands.toml, or name another one in [alerts] channels.`,
      });
    }
    const { id: deliveryId, kind, title, text, url, created_at: createdAt } = row;
    await channel.notify({ deliveryId, kind, title, text, url, createdAt }, signal);
  }

  async #record(row: NoticeRow, outcome: SendingOutcome): Promise<void> {
    await this.#parts.store.transaction(async (transaction) => {
      if (!(await recordSending(transaction, "notices", row, outcome))) return;
      if (outcome.status !== "retrying") await completeNotice(transaction, row.id);
      await appendEvent(transaction, {
        type: `notice.${outcome.status}`,
        handName: row.hand_name,
        data: {
          noticeId: row.id,
          kind: row.kind,
          title: row.title,
          channel: row.channel,
          error: outcome.error,
        },
      });
    });
  }
}

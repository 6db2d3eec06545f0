import type { ChannelSet, RequestMessage } from "../channels/index.ts";
import type { Clock, Logger, Random, Redactor } from "../core/index.ts";
import { describeError, HandsError, withDeadline } from "../core/index.ts";
import type { DecisionTokenRow, RequestMessageRow, Store, StoreChange } from "../store/index.ts";
import { claimSending, findRequestMessage, insertDecisionTokens, lockExecution } from "../store/index.ts";
import { mintButtons } from "./decision-tokens.ts";
import type { Destination } from "./destinations.ts";
import { planRequests } from "./plan-requests.ts";
import { planRetry } from "./plan-retry.ts";
import { readFacts } from "./read-facts.ts";
import { recordFailure, recordSent } from "./record-request.ts";
import { hashMessage, renderMessage } from "./render-message.ts";
import { SENDING_LEASE_MS, SendingLoop } from "./sending-loop.ts";

/** For each execution that a look at all of them met, the next such look waits so long: another process may write all the time. */
const REST_MS_PER_EXECUTION = 0.2;

/** How long a channel may take for one message; shorter than the lease. */
const SEND_TIMEOUT_MS = 45_000;

/** What a courier works with. */
export interface CourierParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  readonly channels: ChannelSet;
  readonly redactor: Redactor;
  readonly nodeId: string;
  readonly destinations: readonly Destination[];
  /** How others reach the server, without a slash at the end; null where they cannot. */
  readonly publicUrl: string | null;
}

/** One attempt that is under way. */
interface Attempt {
  readonly row: RequestMessageRow;
  readonly message: RequestMessage;
  /** Of what the message shows. */
  readonly hash: string;
}

/**
 * Brings requests to people and keeps their messages true: one message for each execution, channel and recipient, journaled, at least
 * once, and edited when something is added or decided. Whatever becomes of a message, the execution never fails for it.
 */
export class RequestCourier {
  readonly #parts: CourierParts;
  readonly #loop: SendingLoop;
  /** Executions that asked somebody, as far as is known: no other has a message, and most never ask. */
  #asking = new Set<string>();
  /** Those of them to look at. */
  #changed = new Set<string>();
  /** Somebody changed something, and nobody said what. */
  #isAllWanted = true;
  /** By the monotonic clock: no look at all of them before. */
  #restsUntilMs = 0;

  constructor(parts: CourierParts) {
    this.#parts = parts;
    const { store, clock, logger } = parts;
    this.#loop = new SendingLoop({
      store,
      clock,
      logger,
      table: "request_messages",
      what: "request",
      hears: (change) => this.#hear(change),
      prepare: () => this.#plan(),
      attempt: (id, signal) => this.#attempt(id, signal),
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  #hear({ topics }: StoreChange): boolean {
    if (topics === null) {
      this.#isAllWanted = true;
      return true;
    }
    let hasHeard = false;
    for (const topic of topics) {
      if ((topic.kind !== "approval" && topic.kind !== "execution") || topic.executionId === null) continue;
      if (topic.kind === "approval") this.#asking.add(topic.executionId);
      else if (!this.#asking.has(topic.executionId)) continue;
      this.#changed.add(topic.executionId);
      hasHeard = true;
    }
    return hasHeard;
  }

  /** Gives when the look at all of them follows that has to wait. */
  async #plan(): Promise<number | null> {
    const { clock, store } = this.#parts;
    const isAll = this.#isAllWanted && clock.monotonicMs() >= this.#restsUntilMs;
    const changed = [...this.#changed];
    this.#changed = new Set();
    if (isAll) this.#isAllWanted = false;
    try {
      const concerned = await planRequests(this.#parts, isAll ? null : changed);
      if (isAll) this.#restsUntilMs = clock.monotonicMs() + concerned.length * REST_MS_PER_EXECUTION;
      this.#noteAsking(isAll ? null : changed, concerned);
    } catch (error) {
      this.#isAllWanted = true;
      throw error;
    }
    return this.#isAllWanted ? store.nowMs() + this.#restsUntilMs - clock.monotonicMs() : null;
  }

  /** What was looked at and has nothing open is not asking any more, unless it was heard of meanwhile. */
  #noteAsking(among: readonly string[] | null, concerned: readonly string[]): void {
    for (const id of among ?? this.#asking) if (!this.#changed.has(id)) this.#asking.delete(id);
    for (const id of concerned) this.#asking.add(id);
  }

  async #attempt(id: string, signal: AbortSignal): Promise<void> {
    const attempt = await this.#claim(id);
    if (attempt === null) return;
    const { row, hash } = attempt;
    const { store, publicUrl, redactor } = this.#parts;
    try {
      const reference = await this.#send(attempt, signal);
      await recordSent(store, row, { hash, reference, publicUrl });
    } catch (error) {
      const nowMs = store.nowMs();
      const plan = planRetry({ attempts: row.attempts, error, nowMs }, "request_messages");
      await recordFailure(store, row, { ...plan, error: redactor.text(describeError(error)) }, hash);
    }
  }

  /** Takes a message for one attempt, and commits the secrets of its buttons: somebody may press one before the channel has answered. */
  async #claim(id: string): Promise<Attempt | null> {
    const { store, random, nodeId, publicUrl } = this.#parts;
    return await store.transaction(async (transaction) => {
      const known = await findRequestMessage(transaction, id);
      if (known === undefined) return null;
      await lockExecution(transaction, known.execution_id);
      const lease = { nodeId, until: transaction.nowMs + SENDING_LEASE_MS };
      if (!(await claimSending(transaction, "request_messages", id, lease))) return null;
      const row = await findRequestMessage(transaction, id);
      const facts = await readFacts(transaction, known.execution_id, publicUrl);
      if (row === undefined || facts === undefined) return null;
      const tokens: DecisionTokenRow[] = [];
      const message = renderMessage(row, facts, {
        nowMs: transaction.nowMs,
        createButtons: (approval) => {
          const minted = mintButtons(approval, row, { random, publicUrl, nowMs: transaction.nowMs });
          tokens.push(...minted.rows);
          return minted.buttons;
        },
      });
      await insertDecisionTokens(transaction, tokens);
      return { row, message, hash: hashMessage(row, facts) };
    });
  }

  async #send({ row, message }: Attempt, signal: AbortSignal): Promise<string | null> {
    const requests = this.#parts.channels.find(row.channel)?.requests;
    if (requests === undefined) {
      throw new HandsError(
        "delivery_failed",
        `people cannot be asked through a channel ${JSON.stringify(row.channel)}`,
        { details: { retryable: false }, hint: `Add [channels.${row.channel}] to hands.toml.` },
      );
    }
    const { clock } = this.#parts;
    return await withDeadline({ clock, limitMs: SEND_TIMEOUT_MS, signal }, async (bounded) => {
      if (row.sent_at === null) {
        return await requests.ask(message, row.recipient === "" ? null : row.recipient, bounded);
      }
      if (row.reference !== null) await requests.update(row.reference, message, bounded);
      return row.reference;
    });
  }
}

import type { DecisionInput, DecisionResult, OperatorPolicy } from "../approvals/index.ts";
import { startAutoApproveClock } from "../approvals/index.ts";
import type { ChannelSet, IncomingInteraction, InteractionAnswer } from "../channels/index.ts";
import type { Clock, Logger, Random, Redactor } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { listUnstartedClocks } from "../store/index.ts";
import { ChannelListener } from "./channel-listener.ts";
import type { Destination } from "./destinations.ts";
import type { AlertSettings } from "./notice-courier.ts";
import { NoticeCourier } from "./notice-courier.ts";
import { RemoteDecisions } from "./remote-decisions.ts";
import { RequestCourier } from "./request-courier.ts";

/** What messaging is made of. */
export interface MessagingParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  readonly channels: ChannelSet;
  readonly policy: Pick<OperatorPolicy, "approvers">;
  readonly redactor: Redactor;
  /** Names this start of this process. */
  readonly nodeId: string;
  /** Where requests go, as `listDestinations` gives it. */
  readonly destinations: readonly Destination[];
  /** How others reach the server, as in `https://hands.example.com`; null where they cannot. */
  readonly publicUrl: string | null;
  /** What the runtime says of its own; null is nothing. */
  readonly alerts: AlertSettings | null;
  readonly decide: (input: DecisionInput) => Promise<DecisionResult>;
}

/** Everything that goes between the runtime and people through channels, besides output: requests, decisions that come back, and notices. */
export class Messaging implements AsyncDisposable {
  readonly decisions: RemoteDecisions;
  readonly #parts: MessagingParts;
  readonly #courier: RequestCourier;
  readonly #notices: NoticeCourier | null;
  readonly #listeners: readonly ChannelListener[];

  constructor(parts: MessagingParts) {
    this.#parts = parts;
    const { channels } = parts;
    const publicUrl = parts.publicUrl?.replace(/\/+$/, "") ?? null;
    this.decisions = new RemoteDecisions(parts);
    this.#courier = new RequestCourier({ ...parts, publicUrl });
    const { alerts } = parts;
    const tells = alerts !== null && alerts.channels.length > 0;
    this.#notices = tells ? new NoticeCourier({ ...parts, alerts, publicUrl }) : null;
    this.#listeners = channels.names.flatMap((channel) => {
      const requests = channels.find(channel)?.requests;
      if (requests?.listen === undefined) return [];
      const listen = requests.listen.bind(requests);
      return [new ChannelListener({ ...parts, channel, listen, handle: this.decisions.handlerFor(channel) })];
    });
  }

  /** Begins to send requests and to listen for taps. */
  async start(): Promise<void> {
    if (this.#parts.destinations.length === 0) await this.#startWaitingClocks();
    this.#courier.start();
    this.#notices?.start();
    for (const listener of this.#listeners) listener.start();
  }

  /** Begins nothing new, and resolves when what was begun is recorded. */
  async stop(): Promise<void> {
    await Promise.all([
      this.#courier.stop(),
      this.#notices?.stop(),
      ...this.#listeners.map((listener) => listener.stop()),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Hands a platform's request to its channel; null where no channel of that name takes any. */
  async receive(channel: string, interaction: IncomingInteraction): Promise<InteractionAnswer | null> {
    const requests = this.#parts.channels.find(channel)?.requests;
    if (requests?.receive === undefined) return null;
    return await requests.receive(interaction, this.decisions.handlerFor(channel));
  }

  /** Delays that waited for a channel which is not configured any more: the dashboard alone asks now, so they begin. */
  async #startWaitingClocks(): Promise<void> {
    const { store } = this.#parts;
    for (const id of await listUnstartedClocks(store)) {
      await store.transaction((transaction) => startAutoApproveClock(transaction, id));
    }
  }
}

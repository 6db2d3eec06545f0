import type {
  Channel,
  HandleTap,
  OutgoingNotice,
  RequestMessage,
  RequestTap,
  TapAnswer,
} from "../../src/channels/index.ts";
import { HandsError } from "../../src/core/index.ts";

/** One thing that reached the channel. */
export interface Shown {
  readonly kind: "ask" | "update";
  readonly message: RequestMessage;
  readonly recipient: string | null;
  readonly reference: string | null;
}

/** A channel that remembers what it was given, and presses buttons. */
export interface FakeChannel extends Channel {
  readonly shown: Shown[];
  readonly notices: OutgoingNotice[];
  /** What the next calls come to; when it is used up they succeed. */
  readonly failures: (Error | null)[];
  /** How many listen now. */
  readonly listening: () => number;
  /** How often listening began. */
  readonly listenCount: () => number;
  /** Ends what listens, as a lost connection that is not mended. */
  dropListeners(): void;
  /** Presses a button as the platform reports it. */
  tap(tap: Omit<RequestTap, "senderName"> & { readonly senderName?: string }): Promise<TapAnswer>;
  /** The newest state of the one message. */
  last(): RequestMessage;
  /** The secret of a button of the newest message. */
  token(decision: "approve" | "reject", item?: number): string;
}

export interface FakeChannelOptions {
  readonly name?: string;
  readonly linkRecipients?: readonly string[];
  readonly canEdit?: boolean;
  readonly listens?: boolean;
  /** Called while a message is on its way. */
  readonly onSend?: (shown: Shown, signal: AbortSignal) => Promise<void> | void;
}

export function permanent(message: string): HandsError {
  return new HandsError("delivery_failed", message, { details: { retryable: false } });
}

export function passing(message: string): HandsError {
  return new HandsError("delivery_failed", message, { details: { retryable: true } });
}

export function createFakeChannel(options: FakeChannelOptions = {}): FakeChannel {
  const { name = "telegram", linkRecipients = [], canEdit = true, listens = false, onSend } = options;
  const shown: Shown[] = [];
  const notices: OutgoingNotice[] = [];
  const failures: (Error | null)[] = [];
  const listeners = new Map<HandleTap, (error: Error) => void>();
  let listenCount = 0;
  let count = 0;

  async function show(entry: Shown, signal: AbortSignal): Promise<void> {
    await onSend?.(entry, signal);
    const failure = failures.shift() ?? null;
    if (failure !== null) throw failure;
    shown.push(entry);
  }

  const last = () => {
    const entry = shown.at(-1);
    if (entry === undefined) throw new Error("nothing was shown");
    return entry.message;
  };

  return {
    name,
    destination: `fake:${name}`,
    shown,
    notices,
    failures,
    listening: () => listeners.size,
    listenCount: () => listenCount,
    dropListeners() {
      for (const end of listeners.values()) end(new Error("the connection was lost"));
    },
    async deliver() {
      return null;
    },
    async notify(notice) {
      const failure = failures.shift() ?? null;
      if (failure !== null) throw failure;
      notices.push(notice);
    },
    requests: {
      linkRecipients,
      async ask(message, recipient, signal) {
        count += 1;
        const reference = canEdit ? JSON.stringify({ message: count }) : null;
        await show({ kind: "ask", message, recipient, reference }, signal);
        return reference;
      },
      async update(reference, message, signal) {
        await show({ kind: "update", message, recipient: null, reference }, signal);
      },
      ...(listens
        ? {
            async listen(handle: HandleTap, signal: AbortSignal) {
              listenCount += 1;
              await new Promise<void>((resolve, reject) => {
                listeners.set(handle, reject);
                signal.addEventListener("abort", () => resolve(), { once: true });
              }).finally(() => listeners.delete(handle));
            },
          }
        : {}),
      async receive(interaction, handle) {
        if (interaction.headers.get("x-fake-signature") !== "right")
          return { status: 401, body: null, contentType: "text/plain" };
        const tap = JSON.parse(Buffer.from(interaction.rawBody).toString("utf8")) as RequestTap;
        return { status: 200, body: (await handle(tap)).text, contentType: "text/plain; charset=utf-8" };
      },
    },
    async tap({ senderName, ...tap }) {
      const [handle] = listeners.keys();
      if (handle === undefined) throw new Error("nobody listens");
      return await handle({ ...tap, senderName: senderName ?? null });
    },
    last,
    token(decision, item = 0) {
      const button = last().items[item]?.buttons.find((candidate) => candidate.decision === decision);
      if (button === undefined) throw new Error(`there is no button to ${decision}`);
      return button.token;
    },
  };
}

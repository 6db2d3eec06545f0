/** One output on its way. */
export interface OutgoingOutput {
  /** Stable over attempts: a receiver that saw it before can pass over it. */
  readonly deliveryId: string;
  readonly handName: string;
  readonly executionId: string;
  readonly format: string;
  readonly payload: string;
  /** The destination as it was resolved, and approved where a gate asked. */
  readonly destination: string;
  /** When the execution ended, epoch milliseconds. */
  readonly completedAt: number;
}

/** Something that is said besides outputs: the runtime's own alerts, recoveries, digests and trials, and a hand's message in between. */
export interface OutgoingNotice {
  /** Stable over attempts. */
  readonly deliveryId: string;
  readonly kind: "alert" | "recovery" | "digest" | "budget" | "trial" | "message";
  /** One line of plain text. */
  readonly title: string;
  /** Plain text, any number of lines; converted for the channel. */
  readonly text: string;
  /** The page that says more, where the project has a public address. */
  readonly url: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** What was decided of a request, as the message says it from then on. */
export interface RequestOutcome {
  readonly status: "approved" | "rejected" | "expired" | "auto_approved" | "cancelled" | "answered";
  /** One line of plain text: who, through what, when, and what came of it. */
  readonly text: string;
}

/** A button of a request, or the link that stands for it where there are no buttons. */
export interface RequestButton {
  readonly decision: "approve" | "reject";
  readonly label: string;
  /** Single-use secret of 22 characters of base64url: bound to approval, decision, recipient and expiry. Fits Telegram's 64 bytes. */
  readonly token: string;
  /** A page that shows the request; opening it decides nothing. Null without a public address. */
  readonly url: string | null;
}

/** One request for a decision within a message. All texts are for humans already: nothing in them is invisible. */
export interface RequestItem {
  readonly approvalId: string;
  readonly action: string;
  readonly description: string;
  /** The effect in a word, or null: read, write, destructive. */
  readonly effect: string | null;
  /** The exact arguments, as indented JSON. */
  readonly argumentsText: string;
  readonly expiresAt: number | null;
  /** When it will be approved by itself, or null. */
  readonly autoApproveAt: number | null;
  /** None once it is decided, and for what must be answered at the page. */
  readonly buttons: readonly RequestButton[];
  /** Null while it waits. */
  readonly outcome: RequestOutcome | null;
}

/** Every open request of one execution, for one channel. */
export interface RequestMessage {
  /** Stable over attempts and edits. */
  readonly messageId: string;
  readonly handName: string;
  readonly executionId: string;
  /** Where all of it can be seen, or null without a public address. */
  readonly pageUrl: string | null;
  readonly items: readonly RequestItem[];
  readonly createdAt: number;
}

/** Somebody pressed a button. */
export interface RequestTap {
  readonly token: string;
  /** Who, as in `[policy] approvers`: `telegram:12345`, `slack:U024BE7LH`, `discord:80351110224678912`. */
  readonly sender: string;
  /** What people call them, for the record; never an identity. */
  readonly senderName: string | null;
}

/** What the one who pressed is told. */
export interface TapAnswer {
  /** One or two sentences. */
  readonly text: string;
  readonly isDecided: boolean;
}

/** Decides; never throws for what a person did wrong. Taps of one token at once: one is decided, the others are told. */
export type HandleTap = (tap: RequestTap) => Promise<TapAnswer>;

/** A request of a platform to its interaction address, before anything in it is believed. */
export interface IncomingInteraction {
  readonly headers: Headers;
  /** As it came over the wire: signatures cover the bytes. */
  readonly rawBody: Uint8Array;
}

export interface InteractionAnswer {
  readonly status: number;
  /** Null: no body. */
  readonly body: string | null;
  readonly contentType: string;
}

/** A channel through which people can be asked. */
export interface RequestChannel {
  /**
   * Whose tap a link of this channel counts as, where the channel cannot say who pressed: the recipients, as in `email:ann@example.com` or
   * `ntfy:TOPIC`. Each gets links of their own. Empty where the platform itself says who pressed.
   */
  readonly linkRecipients: readonly string[];
  /**
   * Sends the message. Gives a reference under which it can be edited later, as JSON text; null where it cannot be. `recipient` is
   * one of `linkRecipients`, or null.
   *
   * Throws: `delivery_failed`, as {@link Channel.deliver}.
   */
  ask(message: RequestMessage, recipient: string | null, signal: AbortSignal): Promise<string | null>;
  /**
   * Shows the message as it is now, without the buttons of what is decided. Does nothing for a null reference on channels that cannot edit.
   *
   * Throws: `delivery_failed`.
   */
  update(reference: string, message: RequestMessage, signal: AbortSignal): Promise<void>;
  /** Waits for taps until the signal aborts, over lost connections: long polling, a socket. Absent where there is nothing to wait for. */
  listen?(handle: HandleTap, signal: AbortSignal): Promise<void>;
  /** Answers the platform's request at `/channels/NAME`, after checking its signature. Absent where the platform never calls. */
  receive?(interaction: IncomingInteraction, handle: HandleTap): Promise<InteractionAnswer>;
}

/** A place that output is delivered to. */
export interface Channel {
  readonly name: string;
  /** The address that deliveries made now would go to, without secrets. */
  readonly destination: string;
  /**
   * Delivers once. Gives where it went, where that is more than the destination.
   *
   * Throws: `delivery_failed` with `details.retryable` and, where the receiver said so, `details.retryAfterMs`.
   */
  deliver(output: OutgoingOutput, signal: AbortSignal): Promise<string | null>;
  /** Says something of the runtime's own. Absent for files. Throws as {@link deliver}. */
  notify?(notice: OutgoingNotice, signal: AbortSignal): Promise<void>;
  /**
   * Asks the platform, with calls that nobody sees, whether the channel would work; gives one sentence about what it found. Absent where there is
   * no such call. Throws as {@link deliver}.
   */
  check?(signal: AbortSignal): Promise<string>;
  /** Absent where people cannot be asked through it. */
  readonly requests?: RequestChannel;
}

/** The channels of the project, by name. */
export interface ChannelSet {
  readonly names: readonly string[];
  find(name: string): Channel | undefined;
}

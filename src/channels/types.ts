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

/** A place that output is delivered to. */
export interface Channel {
  readonly name: string;
  /** The address that deliveries made now would go to. */
  readonly destination: string;
  /**
   * Delivers once. Gives where it went, where that is more than the destination.
   *
   * Throws: `delivery_failed` with `details.retryable` and, where the receiver said so, `details.retryAfterMs`.
   */
  deliver(output: OutgoingOutput, signal: AbortSignal): Promise<string | null>;
}

/** The channels of the project, by name. */
export interface ChannelSet {
  readonly names: readonly string[];
  find(name: string): Channel | undefined;
}

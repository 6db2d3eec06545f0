/** How much a provider may be asked. Null is no limit. */
export interface ProviderLimits {
  /** Requests under way at once. */
  readonly maxConcurrent: number | null;
  readonly requestsPerMinute: number | null;
  /** Tokens that are sent and, at most, answered. */
  readonly tokensPerMinute: number | null;
}

/** A request that is about to go to a provider with limits. */
export interface LimitedRequest {
  readonly provider: string;
  readonly limits: ProviderLimits;
  readonly tokens: number;
}

/** One request's place among those that are counted. */
export interface CountedRequest {
  /**
   * Null: it may go, and is counted from now. Else the milliseconds after which to ask again, sooner where {@link waitForNews} resolves. It keeps
   * its place in the line as long as it is asked again.
   */
  ask(): Promise<number | null>;
  /** Resolves when another request has ended since this was called, so that there may be room. */
  waitForNews(): Promise<void>;
  /** It is over, or is not to go after all. Never throws. */
  end(): void;
}

/** Where requests are counted: in one process, or in all that share a store. */
export interface RequestCounter {
  count(request: LimitedRequest): CountedRequest;
}

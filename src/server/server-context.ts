import type { Clock, Environment, Logger, Random, RateLimiter } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { Figures } from "./metrics/request-figures.ts";
import type { EventFeed } from "./stream/event-feed.ts";

/** What every route works with. */
export interface ServerContext {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  readonly environment: Environment;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Host names that requests may be addressed to, in lower case, without a port. */
  readonly hostNames: ReadonlySet<string>;
  /** Origins besides the request's own host that a browser's page may come from. */
  readonly origins: ReadonlySet<string>;
  /** Are cookies for https alone? */
  readonly isSecure: boolean;
  readonly cookieName: string;
  /** Who a login link logs in. */
  readonly operatorName: string;
  /** Failed attempts to say who one is. */
  readonly failedLogins: RateLimiter;
  readonly decisions: RateLimiter;
  /** What platforms send to their channels, by address. */
  readonly channelCalls: RateLimiter;
  readonly feed: EventFeed;
  readonly figures: Figures;
  /** Where it listens; the wanted one until then. */
  readonly readAddress: () => { readonly host: string; readonly port: number };
  readonly isStopping: () => boolean;
}

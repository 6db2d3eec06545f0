import type { Clock, IdSource, Logger, Random } from "../../core/index.ts";

/** What a Postgres store is made with. */
export interface PostgresParts {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids: IdSource;
  readonly random: Random;
}

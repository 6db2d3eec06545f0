import type { Clock, IdSource, Logger, Random } from "../../core/index.ts";
import type { PostgresAddress } from "./postgres-address.ts";

/** What a Postgres store is made with. */
export interface PostgresParts {
  readonly address: PostgresAddress;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids: IdSource;
  readonly random: Random;
}

import type { Clock, IdSource, Logger, Random } from "../../core/index.ts";
import type { StoreCapabilities } from "../store.ts";

/** In place of a file: a database that ends with its store. */
export const MEMORY_PATH = ":memory:";

/** A write transaction excludes every other, and one machine's file is not for several machines. */
export const SQLITE_CAPABILITIES: StoreCapabilities = { locksRows: false, isShared: false };

/** How long a lock of another process is waited for before the caller is told. */
export const BUSY_LIMIT_MS = 10_000;

/** What a SQLite store is made with. */
export interface SqliteParts {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids: IdSource;
  readonly random: Random;
}

import type { Clock, IdSource, Logger } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import { isPostgresAddress } from "./postgres/postgres-address.ts";
import type { Store } from "./store.ts";
import { assertTakesWork } from "./transfer/transfer-marks.ts";

export interface OpenStoreOptions {
  /** A path, `sqlite:PATH`, `:memory:`, or `postgres://…`. */
  readonly db: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: ids by the clock and the machine's randomness. */
  readonly ids?: IdSource;
  /** Looks at an existing database and changes nothing, the schema included. Default: false. */
  readonly readOnly?: boolean;
  /** Refuses a SQLite file whose pages contradict each other before anything is served from it. Default: false. */
  readonly isChecked?: boolean;
  /** Opens a database for writing although a migration has marked it. Default: false. */
  readonly isForTransfer?: boolean;
}

/**
 * Opens the store that the text names.
 * Throws: `store_failed`, `store_too_new`, `invalid_argument`; `store_moved` where it is to be written to and a migration has it.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { readOnly = false, isForTransfer = false } = options;
  const store = await open(options);
  if (readOnly || isForTransfer) return store;
  try {
    await assertTakesWork(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function open({
  db,
  isForTransfer: _transfer,
  isChecked,
  ...options
}: OpenStoreOptions): Promise<Store> {
  if (isPostgresAddress(db)) {
    const { openPostgresStore } = await import("./postgres/postgres-store.ts");
    return openPostgresStore({ ...options, url: db });
  }
  const path = db.startsWith("sqlite:") ? db.slice("sqlite:".length) : db;
  if (path === "" || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw new HandsError("invalid_argument", `The database ${JSON.stringify(db)} cannot be used.`, {
      hint: "Give a path such as data/hands.db, or a postgres:// address.",
    });
  }
  const { openSqliteStore } = await import("./sqlite/sqlite-store.ts");
  return openSqliteStore({ ...options, path, isChecked: isChecked === true });
}

import type { Store } from "../store/index.ts";
import { LAST_ALIVE_KEY } from "../store/index.ts";

/** A server stamps every second; older than this, none is there. */
const STALE_AFTER_MS = 5000;

/** How long ago a server was last alive, in milliseconds; null where none ever was. */
export async function readServerAge(store: Store): Promise<number | null> {
  const row = await store.db
    .selectFrom("runtime_state")
    .select("value")
    .where("key", "=", LAST_ALIVE_KEY)
    .executeTakeFirst();
  return row === undefined ? null : Math.max(0, store.nowMs() - Number(row.value));
}

/** Does a `hands up` live on this store? */
export async function isServerAlive(store: Store): Promise<boolean> {
  const ageMs = await readServerAge(store);
  return ageMs !== null && ageMs < STALE_AFTER_MS;
}

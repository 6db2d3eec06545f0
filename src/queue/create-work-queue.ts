import type { Clock, Logger } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { isPostgresAddress } from "../store/index.ts";
import { createEmbeddedQueue } from "./embedded-queue.ts";
import type { WorkQueue } from "./work-queue.ts";

export interface WorkQueueOptions {
  /** The address of the store's database. */
  readonly db: string;
  readonly store: Pick<Store, "db">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The queue that fits a database: the embedded one, or pg-boss where many machines may use it. Throws: `store_failed`. */
export async function createWorkQueue({ db, ...options }: WorkQueueOptions): Promise<WorkQueue> {
  if (!isPostgresAddress(db)) return createEmbeddedQueue();
  const { openPgBossQueue } = await import("./pg-boss-queue.ts");
  return await openPgBossQueue({ ...options, db });
}

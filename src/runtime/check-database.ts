import { stat } from "node:fs/promises";
import type { Clock } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { isOpen, readPostgresSize } from "../store/index.ts";
import type { DatabaseHealth } from "../tools/index.ts";

/** Asks the store one trivial question, and what it is. */
export async function checkDatabase(store: Store, db: string, clock: Clock): Promise<DatabaseHealth> {
  const engine = store.capabilities.isShared ? "postgres" : "sqlite";
  const startedMs = clock.monotonicMs();
  try {
    const row = await store.db
      .selectFrom("hand_executions")
      .select((builder) => builder.fn.countAll<number>().as("count"))
      .where(isOpen)
      .executeTakeFirst();
    const latencyMs = Math.round((clock.monotonicMs() - startedMs) * 100) / 100;
    const sizeBytes = engine === "sqlite" ? await readSize(db) : await readPostgresSize(store);
    return {
      engine,
      isHealthy: true,
      sizeBytes,
      latencyMs,
      details: { openExecutions: Number(row?.count ?? 0) },
    };
  } catch (error) {
    const latencyMs = clock.monotonicMs() - startedMs;
    return { engine, isHealthy: false, sizeBytes: null, latencyMs, details: { error: describeError(error) } };
  }
}

async function readSize(path: string): Promise<number | null> {
  const sizes = await Promise.all(
    [path, `${path}-wal`].map((file) =>
      stat(file).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return total === 0 ? null : total;
}

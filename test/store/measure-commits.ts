import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { appendEvent, openStore, sealEvents, verifyEventChain } from "../../src/store/index.ts";
import { startPostgres } from "../support/postgres.ts";

/*
 * Says how many units of work a second the stores commit: `node test/store/measure-commits.ts`.
 * SQLite at `synchronous = FULL`, in the system's temporary folder; Postgres as the tests start it, without fsync.
 */
const DURATION_MS = 2_000;
const GROUP_SIZES = [1, 10, 100, 1_000];

async function measure(store: Store, groupSize: number): Promise<number> {
  const startedMs = systemClock.monotonicMs();
  let count = 0;
  while (systemClock.monotonicMs() - startedMs < DURATION_MS) {
    const units = Array.from({ length: groupSize }, () =>
      store.transaction((transaction) =>
        appendEvent(transaction, { type: "measured", data: { count }, isAudited: true }),
      ),
    );
    await Promise.all(units);
    count += groupSize;
  }
  return Math.round((count * 1_000) / (systemClock.monotonicMs() - startedMs));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function time<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startedMs = systemClock.monotonicMs();
  const value = await work();
  return { value, ms: Math.round(systemClock.monotonicMs() - startedMs) };
}

async function report(name: string, db: string): Promise<void> {
  const opened = await time(() => openStore({ db, clock: systemClock, logger: silentLogger }));
  const store = opened.value;
  print(`${name}: opened and migrated in ${opened.ms} ms`);
  for (const size of GROUP_SIZES) print(`${name}: ${size} at once: ${await measure(store, size)} units/s`);
  const sealed = await time(() => sealEvents(store));
  print(`${name}: ${sealed.value} audited events sealed in ${sealed.ms} ms`);
  const verified = await time(() => verifyEventChain(store));
  print(`${name}: verified in ${verified.ms} ms: ${JSON.stringify(verified.value)}`);
  await store.close();
}

const folder = mkdtempSync(path.join(tmpdir(), "hands-measure-"));
const server = await startPostgres();
try {
  await report("sqlite", path.join(folder, "hands.db"));
  await report("sqlite in memory", ":memory:");
  await report("postgres", server.url);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

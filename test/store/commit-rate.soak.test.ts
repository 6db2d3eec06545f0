import { expect, test } from "vitest";
import type { Store } from "../../src/store/index.ts";
import { appendEvent, sealEvents, verifyEventChain } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";

const DURATION_MS = 2_000;
const GROUP_SIZES = [1, 10, 100, 1_000];

/** Units of work committed in a second, when so many are asked for at once. SQLite runs at `synchronous = FULL`. */
async function measureRate(store: Store, groupSize: number): Promise<number> {
  const startedMs = performance.now();
  let count = 0;
  while (performance.now() - startedMs < DURATION_MS) {
    const units = Array.from({ length: groupSize }, () =>
      store.transaction((transaction) =>
        appendEvent(transaction, { type: "measured", data: { count }, isAudited: true }),
      ),
    );
    await Promise.all(units);
    count += groupSize;
  }
  return Math.round((count * 1_000) / (performance.now() - startedMs));
}

describeEachStore("commit rate", (openStore, { kind }) => {
  test("units that are asked for together are committed faster than one by one", {
    timeout: 120_000,
  }, async () => {
    const store = await openStore();
    const rates = new Map<number, number>();
    for (const size of GROUP_SIZES) rates.set(size, await measureRate(store, size));
    const sealingStartedMs = performance.now();
    const sealedCount = await sealEvents(store);
    const sealedPerSecond = Math.round((sealedCount * 1_000) / (performance.now() - sealingStartedMs));
    const lines = [...rates].map(([size, rate]) => `${kind}: ${size} at once: ${rate} units/s`);
    process.stdout.write(`${[...lines, `${kind}: ${sealedPerSecond} events sealed/s`].join("\n")}\n`);

    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true, eventCount: sealedCount });
    expect(rates.get(100)).toBeGreaterThan(rates.get(1) ?? Number.POSITIVE_INFINITY);
  });
});

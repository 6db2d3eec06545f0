import { expect, test } from "vitest";
import { silentLogger } from "../../src/core/index.ts";
import { EventSealer } from "../../src/runtime/event-sealer.ts";
import { appendEvent, openStore, readLastPosition } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { interceptStore } from "../support/intercepted-store.ts";

test("an event that could not be sealed is sealed soon after, though nothing else happens", async () => {
  const clock = createFakeClock();
  const store = await openStore({ db: ":memory:", clock, logger: silentLogger });
  let failures = 0;
  const failing = interceptStore(store, () => {
    if (failures === 2) return;
    failures += 1;
    throw new Error("the disk is full");
  });
  const sealer = new EventSealer({ store: failing, clock, logger: silentLogger });
  sealer.start();
  await store.transaction((transaction) =>
    appendEvent(transaction, { type: "tool.called", isAudited: false, data: {} }),
  );
  await clock.advance(5000);
  expect(failures).toBe(2);
  expect(await readLastPosition(store)).toBe(1);
  await sealer.stop();
  await store.close();
});

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { readAnchors } from "../../src/runtime/audit/anchor-file.ts";
import { AuditKeeper } from "../../src/runtime/audit/audit-keeper.ts";
import { readAuditRecord } from "../../src/runtime/audit/audit-record.ts";
import { appendEvent, openStore, sealEvents } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const PATIENCE = { timeout: 20_000 };

test("a keeper anchors the head once a period, in one of several processes, and tells of a broken chain instead", async () => {
  const dir = await mkdtemp(join(tmpdir(), "hands-audit-"));
  const anchorFile = join(dir, "anchors.jsonl");
  const clock = createFakeClock();
  // The store's own timers are real: thousands of them would fire in a day of the other clock.
  const storeClock = { ...systemClock, now: () => clock.now() };
  const store = await openStore({ db: ":memory:", clock: storeClock, logger: silentLogger });
  const said: string[] = [];
  const keepers = [1, 2].map(
    () =>
      new AuditKeeper({
        store,
        clock,
        logger: silentLogger,
        settings: { anchorFile, anchorChannel: "phone", everyMs: 86_400_000 },
        say: async (_transaction, channels, notice) => void said.push(`${channels} ${notice.kind}`),
      }),
  );
  onTestFinished(async () => {
    for (const keeper of keepers) await keeper.stop();
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });
  const append = async () => {
    await store.transaction((transaction) =>
      appendEvent(transaction, { type: "decided", data: {}, isAudited: true }),
    );
    await sealEvents(store);
  };
  await append();
  for (const keeper of keepers) keeper.start();

  await clock.advance(30_000);
  await expect.poll(() => readAnchors(anchorFile).catch(() => []), PATIENCE).toMatchObject([{ position: 1 }]);
  await append();
  await clock.advance(3_600_000);
  expect(await readAnchors(anchorFile)).toHaveLength(1);
  await clock.advance(86_400_000);
  await expect
    .poll(() => readAnchors(anchorFile), PATIENCE)
    .toMatchObject([{ position: 1 }, { position: 2 }]);
  expect(said).toEqual(["phone digest", "phone digest"]);
  expect(await readAuditRecord(store)).toMatchObject({ position: 2, problem: null });

  await store.transaction(({ db }) =>
    db.updateTable("events").set({ data_json: '{"forged":1}' }).where("position", "=", 1).execute(),
  );
  const before = await readFile(anchorFile, "utf8");
  expect((await stat(anchorFile)).mode & 0o777, "for its owner alone").toBe(0o600);
  await clock.advance(86_400_000);
  await expect
    .poll(() => readAuditRecord(store), PATIENCE)
    .toMatchObject({ problem: "The event 1 was changed." });
  expect(await readFile(anchorFile, "utf8")).toBe(before);
  expect(said.at(-1)).toBe("phone alert");
});

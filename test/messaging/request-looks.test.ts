import { expect, test } from "vitest";
import type { StoreChange } from "../../src/store/index.ts";
import { openWaiting } from "./waiting-bench.ts";

/** Another process wrote something, and nobody knows what. */
const NEWS: StoreChange = { origin: "foreign", topics: null };

test("what a look over all that waits asks of the store grows by pages, not by executions", async () => {
  const few = (await openWaiting(3)).take();
  const page = (await openWaiting(500)).take();
  const pages = (await openWaiting(1_001)).take();
  expect(few[0]).toBeLessThanOrEqual(8);
  expect(page[0]).toBe(few[0]);
  const perPage = (pages[0] - page[0]) / 2;
  expect(perPage).toBeGreaterThan(0);
  expect(perPage).toBeLessThanOrEqual(4);
  // Its own row, its request's and its message's, and its name twice.
  expect(pages[1]).toBeLessThanOrEqual(1_001 * 5 + 5);
});

test("news of one execution is a look at that one, however many wait", async () => {
  const { take, tell, channel } = await openWaiting(1_001);
  take();
  await tell({ origin: "foreign", topics: [{ kind: "execution", executionId: "e7", handName: "oracle" }] });
  const [queryCount, rowCount] = take();
  expect(queryCount).toBeGreaterThan(0);
  expect(queryCount).toBeLessThanOrEqual(8);
  expect(rowCount).toBeLessThanOrEqual(6);
  await tell({ origin: "foreign", topics: [{ kind: "hand", handName: "oracle" }] });
  expect(take()).toEqual([0, 0]);
  expect(channel.shown).toEqual([]);
});

test("most executions ask nobody: their news is no reason to look, until one asks", async () => {
  const { take, tell } = await openWaiting(3);
  take();
  const news: StoreChange = {
    origin: "local",
    topics: [{ kind: "execution", executionId: "silent", handName: "oracle" }],
  };
  await tell(news);
  expect(take()).toEqual([0, 0]);
  await tell({ origin: "local", topics: [{ kind: "approval", approvalId: "a", executionId: "silent" }] });
  expect(take()[0]).toBeGreaterThan(0);
  await tell(news);
  expect(take(), "it had nothing to ask after all").toEqual([0, 0]);
});

test("another process that writes all the time causes a look over all now and then, and a last one when it stops", async () => {
  const { clock, take, tell } = await openWaiting(1_000);
  const whole = take();
  for (let commit = 0; commit < 20; commit += 1) await tell(NEWS);
  expect(take()[1], "it rests").toBeLessThan(whole[1] / 10);
  await clock.advance(10_000);
  expect(take()[1], "one look for all that came meanwhile").toBeLessThan(whole[1] * 1.1);
  await clock.advance(600_000);
  expect(take()[1], "nothing is left to look at").toBeLessThan(whole[1] / 10);
  await tell(NEWS);
  expect(take()[1], "after a quiet time it looks at once").toBeGreaterThan(whole[1] * 0.9);
});

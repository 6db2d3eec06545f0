import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { appendEvent, readLastPosition } from "../../src/store/index.ts";
import { followStream } from "./follow-stream.ts";
import { ECHO, openServerBench, PAYER } from "./server-bench.ts";

test("tells what happens as it happens, in order, each event with its position", async () => {
  const bench = await openServerBench({ hands: { payer: PAYER } });
  const stream = await followStream(bench);
  await stream.until(({ event }) => event === "hello");
  const { executionId } = (await bench.post("/api/hands/payer/trigger")).json;
  await stream.until(({ event, data }) => event === "event" && data.type === "approval.requested");
  const changed = await stream.until(({ event, data }) => event === "changed" && data.kind === "approval");
  expect(changed.data.executionId).toBe(executionId);
  const positions = stream.messages.flatMap(({ id }) => (id === null ? [] : [Number(id)]));
  expect(positions.length).toBeGreaterThan(2);
  expect(positions).toEqual(positions.toSorted((left, right) => left - right));
  expect(new Set(positions).size).toBe(positions.length);
});

test("goes on after Last-Event-ID without a gap, and says when it cannot", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const add = (from: number, to: number) =>
    bench.runtime.store.transaction(async (transaction) => {
      for (let index = from; index < to; index += 1) {
        await appendEvent(transaction, { type: "test.count", data: { index } });
      }
    });
  await add(0, 500);
  const first = await followStream(bench, "?after=0");
  await first.until(({ data }) => data.data?.index === 250);
  const last = first.messages.filter(({ id }) => id !== null).find(({ data }) => data.data?.index === 250);
  await add(500, 700);
  const second = await followStream(bench, "", { "last-event-id": last?.id ?? "" });
  await second.until(({ data }) => data.data?.index === 699);
  const indexes = second.messages.flatMap(({ data }) =>
    data.type === "test.count" ? [data.data.index as number] : [],
  );
  expect(indexes).toEqual(Array.from({ length: 449 }, (_, index) => index + 251));
  const lost = await followStream(bench, "", { "last-event-id": "999999" });
  const resync = await lost.until(({ event }) => event === "resync");
  expect(resync.data).toMatchObject({ reason: "unknown_position" });
  expect(resync.data.position).toBe(await readLastPosition(bench.runtime.store));
});

test("tells only of the execution or hand that was asked for", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO, payer: PAYER } });
  const stream = await followStream(bench, "?hand=echo");
  await bench.rest((await bench.post("/api/hands/payer/trigger")).json.executionId);
  await bench.rest((await bench.post("/api/hands/echo/trigger")).json.executionId);
  await stream.until(({ data }) => data.type === "execution.succeeded");
  const hands = stream.messages.flatMap(({ event, data }) =>
    event === "event" && data.handName !== null ? [data.handName] : [],
  );
  expect(new Set(hands)).toEqual(new Set(["echo"]));
});

test("what another process writes is told, too", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const stream = await followStream(bench);
  await stream.until(({ event }) => event === "hello");
  const { openStore } = await import("../../src/store/index.ts");
  const { silentLogger } = await import("../../src/core/index.ts");
  const other = await openStore({ db: bench.runtime.config.db, clock: systemClock, logger: silentLogger });
  onTestFinished(() => other.close());
  await other.transaction(async (transaction) => {
    await appendEvent(transaction, { type: "test.foreign", data: null });
  });
  await stream.until(({ data }) => data.type === "test.foreign");
  await stream.until(({ event, data }) => event === "changed" && data.kind === "all");
});

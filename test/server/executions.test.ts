import { expect, test } from "vitest";
import type { BulkAnswer, Calendar, ExecutionDetail, ExecutionPage } from "../../src/server/api-types.ts";
import { insertExecution } from "../../src/store/index.ts";
import { ECHO, openServerBench, PAYER } from "./server-bench.ts";

async function openWithQueued(count: number) {
  const bench = await openServerBench({ hands: { echo: ECHO }, roles: { scheduler: false, worker: false } });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const row = await bench.runtime.store.transaction((transaction) =>
      insertExecution(transaction, {
        handName: "echo",
        trigger: "manual",
        scheduledFor: null,
        priority: 0,
        input: index,
        parameters: null,
        eventId: null,
        chain: [],
        retryOf: null,
        notBefore: null,
      }),
    );
    if (row !== null) ids.push(row.id);
  }
  return { bench, ids };
}

test("pages through all executions, newest first, none twice and none left out", async () => {
  const { bench, ids } = await openWithQueued(23);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const address: string = `/api/executions?limit=5${cursor === null ? "" : `&cursor=${cursor}`}`;
    const page = (await bench.get(address)) as ExecutionPage;
    expect(page.items.length).toBeLessThanOrEqual(5);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(ids.toReversed());
});

test("filters by hand, status, outcome, trigger, time and text", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO, payer: PAYER } });
  const echoed = (await bench.post("/api/hands/echo/trigger", { input: "100%_sure" })).json.executionId;
  await bench.rest(echoed);
  const waiting = (await bench.post("/api/hands/payer/trigger")).json.executionId;
  await bench.rest(waiting);
  const ids = async (query: string) =>
    ((await bench.get(`/api/executions?${query}`)) as ExecutionPage).items.map(({ id }) => id);
  expect(await ids("hand=echo")).toEqual([echoed]);
  expect(await ids("status=waiting")).toEqual([waiting]);
  expect(await ids("status=waiting&status=ended")).toEqual([waiting, echoed]);
  expect(await ids("outcome=success&trigger=manual")).toEqual([echoed]);
  expect(await ids(`search=${encodeURIComponent("100%_SURE")}`)).toEqual([echoed]);
  expect(await ids(`search=${encodeURIComponent("100__sure")}`)).toEqual([]);
  expect(await ids(`until=2020-01-01T00:00:00.000Z`)).toEqual([]);
  expect(await ids(`since=2020-01-01T00:00:00.000Z`)).toHaveLength(2);
});

test("what a query does not have, and values out of bounds, are refused with their place", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  for (const query of [
    "limit=0",
    "limit=9999",
    "status=gone",
    "since=yesterday",
    "colour=red",
    "cursor=%00",
  ]) {
    const answer = await bench.ask("GET", `/api/executions?${query}`);
    expect([query, answer.status, answer.json.error.code]).toEqual([query, 400, "invalid_argument"]);
  }
  const long = await bench.ask("GET", `/api/executions?search=${"x".repeat(9000)}`);
  expect(long.status).toBe(413);
  expect((await bench.ask("GET", "/api/nothing")).json.error.code).toBe("not_found");
});

test("an execution has its steps, effects, approvals and parameters; a step can be read alone", async () => {
  const bench = await openServerBench({ hands: { payer: PAYER } });
  const { executionId } = (await bench.post("/api/hands/payer/trigger", { parameters: { currency: "USD" } }))
    .json;
  await bench.rest(executionId);
  const detail = (await bench.get(`/api/executions/${executionId}`)) as ExecutionDetail;
  expect(detail).toMatchObject({
    status: "waiting",
    outcome: "approval_pending",
    reason: "approval",
    parameters: { currency: "USD" },
    steps: [{ kind: "tool", name: "pay", status: "awaiting" }],
    approvals: [{ status: "pending" }],
  });
  const [step] = detail.steps;
  expect(await bench.get(`/api/executions/${executionId}/steps/${step?.index}`)).toEqual(step);
  expect((await bench.ask("GET", `/api/executions/${executionId}/steps/999`)).status).toBe(404);
  expect((await bench.post(`/api/executions/${executionId}/cancel`)).json.hasChanged).toBe(true);
  expect((await bench.post(`/api/executions/${executionId}/cancel`)).json.hasChanged).toBe(false);
  const retried = await bench.post(`/api/executions/${executionId}/retry`);
  expect(retried.status).toBe(202);
  const after = (await bench.get(`/api/executions/${executionId}`)) as ExecutionDetail;
  expect(after.retriedBy).toEqual([retried.json.executionId]);
});

test("a bulk change refuses an empty filter, counts first, and does only what was counted", async () => {
  const { bench, ids } = await openWithQueued(7);
  const empty = await bench.post("/api/executions/cancel", { filter: {}, isDryRun: false, expectedCount: 7 });
  expect([empty.status, empty.json.error.code]).toEqual([400, "invalid_argument"]);
  const dry = await bench.post("/api/executions/cancel", { filter: { hand: "echo" } });
  expect(dry.json).toMatchObject({ isDryRun: true, count: 7, executionIds: [] });
  const uncounted = await bench.post("/api/executions/cancel", { filter: { hand: "echo" }, isDryRun: false });
  expect(uncounted.status).toBe(400);
  const other = { filter: { hand: "echo" }, isDryRun: false, expectedCount: 6 };
  expect((await bench.post("/api/executions/cancel", other)).status).toBe(409);
  const done = await bench.post("/api/executions/cancel", { ...other, expectedCount: 7 });
  expect((done.json as BulkAnswer).executionIds.toSorted()).toEqual(ids.toSorted());
  const page = (await bench.get("/api/executions?outcome=cancelled")) as ExecutionPage;
  expect(page.items).toHaveLength(7);
  const again = await bench.post("/api/executions/retry", { filter: { hand: "echo" } });
  expect(again.json).toMatchObject({ count: 7, hands: [{ handName: "echo", count: 7 }] });
});

test("an unchanged list is answered 304, a changed one anew", async () => {
  const { bench } = await openWithQueued(1);
  const first = await bench.ask("GET", "/api/executions");
  const tag = first.headers.get("etag") ?? "";
  expect(tag).not.toBe("");
  const same = await bench.ask("GET", "/api/executions", { headers: { "if-none-match": tag } });
  expect(same.status).toBe(304);
  await bench.post("/api/hands/echo/trigger");
  expect((await bench.ask("GET", "/api/executions", { headers: { "if-none-match": tag } })).status).toBe(200);
});

test("the calendar has what ran and what will run; what fires too often is counted", async () => {
  const hands = {
    echo: ECHO,
    hourly: { "HAND.toml": '[hand]\nschedule = "0 * * * *"\n', "SYSTEM.md": "x" },
    often: { "HAND.toml": "[hand]\nschedule = { interval = 60 }\n", "SYSTEM.md": "x" },
  };
  const bench = await openServerBench({ hands });
  await bench.rest((await bench.post("/api/hands/echo/trigger")).json.executionId);
  await bench.post("/api/hands/hourly/pause");
  const calendar = (await bench.get("/api/schedule")) as Calendar;
  const of = (hand: string) => calendar.entries.filter(({ handName }) => handName === hand);
  expect(of("echo")).toMatchObject([{ kind: "ran", outcome: "success", trigger: "manual" }]);
  expect(of("hourly").length).toBeGreaterThanOrEqual(143);
  expect(new Set(of("hourly").map(({ kind }) => kind))).toEqual(new Set(["held"]));
  expect(calendar.frequent).toMatchObject([{ handName: "often" }]);
  expect(calendar.frequent[0]?.count).toBeGreaterThan(8000);
  const far = await bench.ask(
    "GET",
    "/api/schedule?from=2026-01-01T00:00:00.000Z&to=2027-01-01T00:00:00.000Z",
  );
  expect(far.status).toBe(400);
});

import { expect, test } from "vitest";
import type { HandDetail, HandList, Overview } from "../../src/server/api-types.ts";
import { ECHO, openServerBench, PAYER } from "./server-bench.ts";

const BROKEN = { "HAND.toml": '[hand]\nname = "broken"\nschedule = "every now and then"\n' };
const DAILY = {
  "HAND.toml":
    '[hand]\nname = "daily"\ndescription = "Each day"\nschedule = { at = "07:30", timezone = "Europe/Berlin" }\n',
  "SYSTEM.md": "You are daily.\n",
};

test("lists every hand, broken ones with their problems", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO, broken: BROKEN, daily: DAILY } });
  const list = (await bench.get("/api/hands")) as HandList;
  expect(list.items.map((hand) => [hand.name, hand.status])).toEqual([
    ["broken", "error"],
    ["daily", "idle"],
    ["echo", "idle"],
  ]);
  expect(list.items[0]?.problems[0]?.message).toContain("not a cron expression");
  expect(list.items[1]?.scheduleInWords).toBe("every day at 07:30, Europe/Berlin");
});

test("shows everything about a hand: texts, gates, tools with who may run them, fires", async () => {
  const bench = await openServerBench({ hands: { payer: PAYER, daily: DAILY, broken: BROKEN } });
  const daily = (await bench.get("/api/hands/daily")) as HandDetail;
  expect(daily.prompt).toBe("You are daily.\n");
  expect(daily.nextFires).toHaveLength(10);
  expect(daily.days).toHaveLength(30);
  const { executionId } = (await bench.post("/api/hands/payer/trigger")).json;
  await bench.rest(executionId);
  const payer = (await bench.get("/api/hands/payer")) as HandDetail;
  expect(payer.brain).toBe("script");
  expect(payer.script).toContain('hand.tool("pay"');
  expect(payer.gates.map((gate) => gate.key)).toEqual(["pay"]);
  expect(payer.tools).toMatchObject([
    { name: "pay", effect: "destructive", policy: { kind: "asks", gates: ["pay"], isConditional: false } },
  ]);
  const broken = (await bench.get("/api/hands/broken")) as HandDetail;
  expect(broken.manifest).toBeNull();
  expect(broken.manifestText).toContain("every now and then");
});

test("an unknown hand is not found, with the nearest name", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const answer = await bench.ask("GET", "/api/hands/ecko");
  expect(answer.status).toBe(404);
  expect(answer.json.error.code).toBe("hand_not_found");
  expect(answer.json.error.hint).toContain("echo");
});

test("a trigger answers at once with the execution's id, and the same key starts it once", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const body = { parameters: { tone: "loudly" }, input: { a: 1 } };
  const first = await bench.post("/api/hands/echo/trigger", body, { "idempotency-key": "k1" });
  expect(first.status).toBe(202);
  expect(first.json.isRepeated).toBe(false);
  const again = await bench.post("/api/hands/echo/trigger", body, { "idempotency-key": "k1" });
  expect(again.json).toEqual({ executionId: first.json.executionId, isRepeated: true });
  const other = await bench.post("/api/hands/echo/trigger", { input: 2 }, { "idempotency-key": "k1" });
  expect(other.status).toBe(409);
  expect((await bench.rest(first.json.executionId)).outcome).toBe("success");
  const detail = (await bench.get(`/api/executions/${first.json.executionId}`)) as { output: string };
  expect(detail.output).toContain('said {"a":1} loudly');
});

test("pauses, resumes, enables and disables, and says whether anything changed", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const paused = await bench.post("/api/hands/echo/pause", { note: "holiday" });
  expect(paused.json).toMatchObject({ hasChanged: true, hand: { status: "paused", isPaused: true } });
  expect((await bench.post("/api/hands/echo/pause")).json.hasChanged).toBe(false);
  expect((await bench.get("/api/hands/echo")) as HandDetail).toMatchObject({
    pausedBy: "token:admin",
    pauseNote: "holiday",
  });
  expect((await bench.post("/api/hands/echo/resume")).json.hand.status).toBe("idle");
  expect((await bench.post("/api/hands/echo/disable")).json.hand.status).toBe("disabled");
  const refused = await bench.post("/api/hands/echo/trigger");
  expect([refused.status, refused.json.error.code]).toEqual([409, "hand_disabled"]);
  expect((await bench.post("/api/hands/echo/enable")).json.hand.status).toBe("idle");
  expect((await bench.post("/api/pause", { note: null })).json.hasChanged).toBe(true);
  expect((await bench.get("/api/overview")) as Overview).toMatchObject({ isAllPaused: true });
  expect((await bench.post("/api/resume")).json.hasChanged).toBe(true);
});

test("the overview has what waits, runs, failed and comes next, with a strip of each hand", async () => {
  const failing = {
    "HAND.toml": '[hand]\nname = "failing"\ntrigger = "manual"\n',
    "hand.ts": 'export default async () => { throw new Error("no"); };\n',
  };
  const bench = await openServerBench({ hands: { payer: PAYER, failing, daily: DAILY } });
  for (const hand of ["payer", "failing"]) {
    await bench.rest((await bench.post(`/api/hands/${hand}/trigger`)).json.executionId);
  }
  const overview = (await bench.get("/api/overview")) as Overview;
  expect(overview.needsYou).toMatchObject({ count: 1, items: [{ action: "pay", effect: "destructive" }] });
  expect(overview.failed24h).toMatchObject({ count: 1, items: [{ handName: "failing" }] });
  const strips = Object.fromEntries(overview.hands.map(({ hand, strip }) => [hand.name, strip]));
  expect(strips["failing"]).toMatchObject([{ outcome: "failure" }]);
  expect(strips["daily"]).toEqual([]);
});

test("a trial of a model really asks it, and says what is wrong where it fails", async () => {
  const answering = await openServerBench({ replies: [{ text: "ok" }] });
  const good = await answering.post("/api/settings/test-model");
  expect(good.json).toMatchObject({ isOk: true, message: expect.stringContaining('answered "ok"') });
  const silent = await openServerBench({ replies: [] });
  expect((await silent.post("/api/settings/test-model")).json.isOk).toBe(false);
});

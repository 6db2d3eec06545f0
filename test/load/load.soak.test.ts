import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createApprovalSweeper } from "../../src/approvals/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { appendEvent } from "../../src/store/index.ts";
import { openWaiting } from "../messaging/waiting-bench.ts";
import { ECHO, openServerBench, PAYER } from "../server/server-bench.ts";
import { expectNothingKept } from "./resources.ts";

/** Multiplies every size; 1 is what is promised. */
const scale = Number(process.env["HANDS_LOAD"] ?? "1");
/** How long a thousand hands fire, twice. */
const seconds = Number(process.env["HANDS_LOAD_SECONDS"] ?? "60");
const timeout = 3_600_000;

function measureCpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return Math.round((user + system) / 1000);
}

test("ten thousand requests wait: pages, sweeps and decisions stay small", { timeout }, async () => {
  const bench = await openServerBench({ hands: { payer: PAYER } });
  const { db } = bench.runtime.store;
  const { json } = await bench.post("/api/hands/payer/trigger");
  expect(await bench.rest(json.executionId)).toMatchObject({ status: "waiting" });
  const execution = await db.selectFrom("hand_executions").selectAll().executeTakeFirstOrThrow();
  const steps = await db.selectFrom("execution_steps").selectAll().execute();
  const approval = await db.selectFrom("approval_queue").selectAll().executeTakeFirstOrThrow();
  const count = 10_000 * scale;
  for (let first = 0; first < count; first += 100) {
    await bench.runtime.store.transaction(async (transaction) => {
      for (let number = first; number < first + 100; number += 1) {
        const id = `${execution.id}-${number}`;
        await transaction.db
          .insertInto("hand_executions")
          .values({ ...execution, id })
          .execute();
        for (const step of steps) {
          const approvalId = step.approval_id === null ? null : `${approval.id}-${number}`;
          await transaction.db
            .insertInto("execution_steps")
            .values({ ...step, execution_id: id, approval_id: approvalId })
            .execute();
        }
        await transaction.db
          .insertInto("approval_queue")
          .values({ ...approval, id: `${approval.id}-${number}`, execution_id: id })
          .execute();
      }
    });
  }
  const sweeper = createApprovalSweeper({
    store: bench.runtime.store,
    clock: systemClock,
    logger: silentLogger,
    wake: async () => {},
    isAutoApproveAllowed: () => true,
  });
  await expectNothingKept("10,000 requests", async () => {
    const startedMs = performance.now();
    const beforePages = process.cpuUsage();
    let found = 0;
    let pages = 0;
    let largest = 0;
    for (let cursor = ""; ; ) {
      const page = (await bench.get(`/api/approvals?status=pending&limit=200${cursor}`)) as {
        items: readonly unknown[];
        nextCursor: string | null;
      };
      found += page.items.length;
      pages += 1;
      largest = Math.max(largest, JSON.stringify(page).length);
      if (page.nextCursor === null) break;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(found).toBeGreaterThanOrEqual(count);
    expect(largest).toBeLessThan(5_000_000);
    const listedMs = Math.round(performance.now() - startedMs);
    const pageCpuMs = Math.round(measureCpuMs(beforePages) / pages);
    await bench.get("/api/overview");
    const overviewMs = Math.round(performance.now() - startedMs) - listedMs;
    const { items } = (await bench.get("/api/approvals?status=pending&limit=1")) as {
      items: readonly { readonly id: string }[];
    };
    const beforeSweep = process.cpuUsage();
    expect(await sweeper.sweepOnce()).toMatchObject({ expired: 0, autoApproved: 0 });
    const sweepCpuMs = measureCpuMs(beforeSweep);
    const beforeDecision = process.cpuUsage();
    const { status, json } = await bench.post(`/api/approvals/${items[0]?.id}/reject`, { note: "no" });
    const decisionCpuMs = measureCpuMs(beforeDecision);
    expect([status, json.won]).toEqual([200, true]);
    return { found, pages, largest, listedMs, pageCpuMs, overviewMs, sweepCpuMs, decisionCpuMs };
  });
});

test("ten thousand messages wait: a look over all costs pages of queries, and news of one costs its own", {
  timeout,
}, async () => {
  const count = 10_000 * scale;
  const { clock, take, tell } = await openWaiting(count);
  // It rests after a look at so many.
  await clock.advance(10_000);
  take();
  const beforeAll = process.cpuUsage();
  await tell({ origin: "foreign", topics: null });
  const allCpuMs = measureCpuMs(beforeAll);
  const [queryCount, rowCount] = take();
  const beforeOne = process.cpuUsage();
  await tell({ origin: "foreign", topics: [{ kind: "execution", executionId: "e7", handName: "oracle" }] });
  const oneCpuMs = measureCpuMs(beforeOne);
  const [queriesOfOne, rowsOfOne] = take();
  const figures = { count, queryCount, rowCount, allCpuMs, queriesOfOne, rowsOfOne, oneCpuMs };
  process.stdout.write(`10,000 messages: ${JSON.stringify(figures)}\n`);
  expect(rowCount, "all were looked at").toBeGreaterThan(count);
  expect(queryCount).toBeLessThan(count / 50);
  expect([queriesOfOne, rowsOfOne].every((each) => each > 0 && each < 10)).toBe(true);
});

test("a result of 100 MB is cut, and the record says so", { timeout }, async () => {
  const tool = `import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "big",
  description: "Gives much",
  effect: "read",
  input: z.object({}),
  execute: () => "x".repeat(${100_000_000 * scale}),
});
`;
  const big = {
    "HAND.toml": '[hand]\nname = "big"\ntrigger = "manual"\n[limits]\ntimeout = "10m"\n',
    "hand.ts": 'export default async (hand) => String((await hand.tool("big", {})).length);\n',
    "tools/big.ts": tool,
  };
  const bench = await openServerBench({ hands: { big } });
  await expectNothingKept("a result of 100 MB", async () => {
    const { json } = await bench.post("/api/hands/big/trigger");
    await expect
      .poll(async () => (await bench.runtime.runner.getExecution(json.executionId)).status, { timeout })
      .toBe("ended");
    const row = await bench.runtime.runner.getExecution(json.executionId);
    const step = await bench.runtime.store.db
      .selectFrom("execution_steps")
      .select("result_json")
      .where("execution_id", "=", json.executionId)
      .where("kind", "=", "tool")
      .executeTakeFirstOrThrow();
    const kept = step.result_json?.length ?? 0;
    expect(row).toMatchObject({ outcome: "success" });
    expect(kept).toBeLessThan(1_100_000);
    expect(step.result_json).toContain("[cut: the result has");
    return { kept };
  });
});

test("50 MB of streamed text end in a bounded record that says what it was", { timeout }, async () => {
  const piece = "words and ".repeat(1_000);
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const say = (delta: object, finish: string | null) =>
      `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    for (let sent = 0; sent < 50_000_000 * scale && !response.destroyed; sent += piece.length) {
      if (!response.write(say({ content: piece }, null)))
        await once(response, "drain", { signal: gone.signal }).catch(() => {});
    }
    response.end(`${say({}, "stop")}data: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const models = createModelProvider({
    settings: { name: "openai-compatible/m", baseUrl, apiKey: "key" },
    environment: {},
    clock: systemClock,
  });
  const talker = {
    "HAND.toml": '[hand]\nname = "talker"\ntrigger = "manual"\n[limits]\ntimeout = "10m"\n',
    "SYSTEM.md": "Talk.\n",
  };
  const bench = await openServerBench({ hands: { talker }, models });
  await expectNothingKept("50 MB of streamed text", async () => {
    const { json } = await bench.post("/api/hands/talker/trigger");
    await expect
      .poll(async () => (await bench.runtime.runner.getExecution(json.executionId)).status, { timeout })
      .toBe("ended");
    const { outcome, output, error } = await bench.runtime.runner.getExecution(json.executionId);
    const shown = JSON.stringify(await bench.get(`/api/executions/${json.executionId}`)).length;
    expect({ outcome, error }).toMatchObject({
      outcome: "failure",
      error: expect.stringContaining("cut off"),
    });
    expect(shown).toBeLessThan(5_000_000);
    return { outcome, output: output?.length ?? 0, shown };
  });
});

test("a thousand clients follow the stream, hear what happens, and leave nothing behind", {
  timeout,
}, async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const { url } = await bench.server.start();
  const token = await bench.token("read");
  const count = 1000 * scale;
  await expectNothingKept("1,000 followers", async () => {
    const leave = new AbortController();
    let heard = 0;
    const followers = Array.from({ length: count }, async () => {
      const response = await fetch(`${url}/api/events`, {
        headers: { authorization: `Bearer ${token}` },
        signal: leave.signal,
      });
      expect(response.status).toBe(200);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      return {
        following: (async () => {
          while (!text.includes("load.tested")) text += (await reader?.read())?.value ?? "";
          heard += 1;
        })().catch(() => {}),
      };
    });
    const open = await Promise.all(followers);
    const startedMs = performance.now();
    await bench.runtime.store.transaction((transaction) =>
      appendEvent(transaction, { type: "load.tested", data: {} }),
    );
    await expect.poll(() => heard, { timeout: 120_000 }).toBe(count);
    const heardMs = Math.round(performance.now() - startedMs);
    leave.abort();
    await Promise.all(open.map(({ following }) => following));
    await systemClock.sleep(1000);
    return { heard, heardMs };
  });
});

test("a thousand hands that fire every second: each fire has one row, and none that ran failed", {
  timeout,
}, async () => {
  const schedule = "schedule = { interval = 1 }";
  const hands = Object.fromEntries(
    Array.from({ length: 1000 * scale }, (_, number) => [
      `hand-${number}`,
      { "HAND.toml": `[hand]\n${schedule}\n`, "hand.ts": "export default async () => 1;\n" },
    ]),
  );
  const bench = await openServerBench({ hands, roles: {} });
  const { store } = bench.runtime;
  const count = async (outcome: "success" | "skipped" | null) => {
    let query = store.db
      .selectFrom("hand_executions")
      .select((builder) => builder.fn.countAll<number>().as("rows"));
    if (outcome !== null) query = query.where("outcome", "=", outcome);
    return Number((await query.executeTakeFirstOrThrow()).rows);
  };
  let firing = 0;
  await expectNothingKept("1,000 hands each second", async () => {
    const before = await count(null);
    await systemClock.sleep(seconds * 1000);
    firing += 1;
    return { seconds, rows: (await count(null)) - before };
  });
  expect(firing).toBe(2);
  const fires = await store.db
    .selectFrom("hand_executions")
    .select(["hand_name", "scheduled_for", "outcome", "reason", "error"])
    .execute();
  expect(fires.length).toBeGreaterThan(1000 * scale);
  expect(new Set(fires.map((fire) => `${fire.hand_name} ${fire.scheduled_for}`)).size).toBe(fires.length);
  expect(fires.filter(({ outcome }) => outcome === "failure")).toEqual([]);
  expect(
    fires.filter((fire) => fire.outcome === "skipped" && fire.reason === null && fire.error === null),
  ).toEqual([]);
  process.stdout.write(
    `${JSON.stringify({ rows: fires.length, succeeded: await count("success"), skipped: await count("skipped") })}\n`,
  );
});

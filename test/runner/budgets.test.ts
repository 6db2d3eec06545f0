import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseManifest } from "../../src/manifest/index.ts";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";
import type { Store } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { modelHand, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";
import { describeEachStore } from "../support/stores.ts";

/** A dollar for a million tokens: a reply of 1,000 tokens costs a tenth of a cent. */
const PRICE = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 };
const NOON = Date.UTC(2026, 0, 5, 12);
const look = () => createStepTool("look", { effect: "read", run: () => "seen" });
const lookAgain = () => ({
  toolCalls: [{ name: "look", args: {} }],
  usage: { inputTokens: 500, outputTokens: 500 },
});

async function readBudgetEvents(store: Store) {
  const rows = await store.db
    .selectFrom("events")
    .selectAll()
    .where("type", "like", "budget.%")
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    type: row.type,
    handName: row.hand_name,
    isAudited: row.is_audited,
    ...JSON.parse(row.data_json),
  }));
}

test("a budget of a cent stops a hand that loops before it is passed, and says so when little is left and when nothing is", async () => {
  const clock = createFakeClock(NOON);
  const bench = await openRunnerBench({ clock, extraTools: [look()], price: PRICE, replies: lookAgain });
  bench.writeHand(
    "looper",
    modelHand(
      "looper",
      ["look"],
      "[limits]\nmax_cost_usd_per_day = 0.01\n[model]\nmax_output_tokens = 500\n",
    ),
  );
  const parked = await bench.run("looper");
  expect(parked).toMatchObject({ status: "waiting", reason: "budget", wake_at: Date.UTC(2026, 0, 6) });
  expect(parked.cost_usd).toBeGreaterThanOrEqual(0.008);
  expect(parked.cost_usd).toBeLessThanOrEqual(0.01);
  const day = {
    scope: "hand",
    limit: "max_cost_usd_per_day",
    limitUsd: 0.01,
    handName: "looper",
    isAudited: 1,
  };
  const events = await readBudgetEvents(bench.store);
  expect(events).toMatchObject([
    {
      type: "budget.warned",
      ...day,
      spentUsd: expect.closeTo(0.008, 9),
      resetsAt: "2026-01-06T00:00:00.000Z",
    },
    { type: "budget.reached", ...day, resetsAt: "2026-01-06T00:00:00.000Z" },
  ]);

  const again = await bench.run("looper");
  expect(again).toMatchObject({ status: "waiting", reason: "budget" });
  expect(await readBudgetEvents(bench.store)).toHaveLength(2);
});

test("the money of one execution is warned of once, and its end says that it was used up", async () => {
  const bench = await openRunnerBench({ extraTools: [look()], price: PRICE, replies: lookAgain });
  bench.writeHand(
    "looper",
    modelHand("looper", ["look"], "[limits]\nmax_cost_usd = 0.01\n[model]\nmax_output_tokens = 500\n"),
  );
  expect(await bench.run("looper")).toMatchObject({ outcome: "failure", error_code: "limit_reached" });
  expect(
    (await readBudgetEvents(bench.store)).map(({ type, scope, resetsAt }) => [type, scope, resetsAt]),
  ).toEqual([
    ["budget.warned", "execution", null],
    ["budget.reached", "execution", null],
  ]);
});

test("a fire on a spent day is skipped, for its schedule comes again; what an event started waits for the reset", async () => {
  const bench = await openRunnerBench({
    clock: createFakeClock(NOON),
    extraTools: [look()],
    price: PRICE,
    replies: () => ({ text: "x", usage: { inputTokens: 1000, outputTokens: 0 } }),
    limits: { maxCostUsdPerDay: 0.001, timezone: "UTC" },
  });
  bench.writeHand("thinker", modelHand("thinker", [], "[model]\nmax_output_tokens = 1\n"));
  expect(await bench.run("thinker")).toMatchObject({ outcome: "success" });
  const fire = { trigger: "schedule" as const, scheduledFor: NOON };
  expect(await bench.run("thinker", fire)).toMatchObject({ outcome: "skipped", reason: "budget" });
  const told = await bench.run("thinker", { trigger: "event", eventId: "e1" });
  expect(told).toMatchObject({ status: "waiting", reason: "budget", wake_at: Date.UTC(2026, 0, 6) });
});

test("a call that is approved while its execution waits for money runs at once, and the question goes on waiting", async () => {
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({
    clock: createFakeClock(NOON),
    extraTools: [pay],
    price: PRICE,
    replies: () => ({ text: "x", usage: { inputTokens: 590, outputTokens: 0 } }),
  });
  bench.writeHand(
    "payer",
    scriptHand(
      "payer",
      'await hand.ask("one"); await Promise.all([hand.ask("two"), hand.tool("pay")]); return "done";',
      {
        more: '[tools]\nrequired = ["pay"]\n[limits]\nmax_cost_usd_per_day = 0.0006\n[model]\nmax_output_tokens = 1\n',
      },
    ),
  );
  const waiting = await bench.run("payer");
  expect(waiting).toMatchObject({ status: "waiting", reason: "approval", wake_at: Date.UTC(2026, 0, 6) });
  const parked = await bench.decideNext("approve");
  expect(pay.calls).toHaveLength(1);
  expect(parked).toMatchObject({ status: "waiting", reason: "budget", wake_at: Date.UTC(2026, 0, 6) });
});

describeEachStore("a shared budget", (openStore) => {
  test("hands in two processes cannot pass the project's budget together", async () => {
    const store = await openStore();
    const bench = await openRunnerBench({
      store,
      price: PRICE,
      limits: { maxCostUsdPerDay: 0.0025, timezone: "UTC" },
      replies: () => ({ text: "x", delayMs: 30, usage: { inputTokens: 0, outputTokens: 800 } }),
    });
    const names = ["one", "two", "three", "four"];
    for (const name of names)
      bench.writeHand(name, modelHand(name, [], "[model]\nmax_output_tokens = 800\n"));
    const second = await bench.openSecond();
    const ended = await Promise.all(
      names.map(async (name, index) => {
        const runner = index % 2 === 0 ? bench.runner : second.runner;
        return await runner.runHere(await runner.trigger(name));
      }),
    );
    const spent = ended.reduce((sum, row) => sum + (row.cost_usd ?? 0), 0);
    expect(spent).toBeLessThanOrEqual(0.0025);
    expect(ended.some((row) => row.outcome === "success")).toBe(true);
    expect(ended.some((row) => row.status === "waiting" && row.reason === "budget")).toBe(true);
    // Where three of them fit, what they spent is worth a warning, too.
    const events = (await readBudgetEvents(store)).filter(({ type }) => type !== "budget.warned");
    expect(events).toMatchObject([{ type: "budget.reached", scope: "project", handName: null }]);
  });
});

test("docs/budgets.md shows a HAND.toml and a hands.toml that are valid", async () => {
  const page = await readFile(new URL("../../docs/budgets.md", import.meta.url), "utf8");
  const block = (name: string) => page.split(`\`\`\`toml ${name}\n`)[1]?.split("```")[0] ?? "";
  const { hand, diagnostics } = parseManifest(block("HAND.toml"), { path: "hands/news/HAND.toml" });
  expect(diagnostics).toEqual([]);
  expect(hand?.limits).toMatchObject({ maxCostUsd: 0.2, maxCostUsdPerDay: 1 });
  const project = readProjectFile(block("hands.toml"), "hands.toml");
  expect(project.diagnostics).toEqual([]);
  expect(project.file?.limits).toEqual({ max_cost_usd_per_day: 5, timezone: "Europe/Berlin" });
});

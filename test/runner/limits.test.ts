import { expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { fc } from "../support/properties.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, modelHand, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

/** One dollar for a thousand tokens. */
const PRICE = { inputUsdPerMillionTokens: 1000, outputUsdPerMillionTokens: 1000 };
const look = () => createStepTool("look", { effect: "read", run: () => "seen" });
const lookAgain = () => ({ toolCalls: [{ name: "look", args: {} }] });

test("max_steps ends a model that never comes to an end, as a failure that says which limit", async () => {
  const bench = await openRunnerBench({ extraTools: [look()], replies: lookAgain });
  bench.writeHand("thinker", modelHand("thinker", ["look"], "[limits]\nmax_steps = 3\n"));
  const ended = await bench.run("thinker");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "limit_reached" });
  expect(ended.error).toMatch(/^max_steps/);
  expect(bench.model.requests).toHaveLength(3);
});

test("max_tokens ends it once they are used", async () => {
  const bench = await openRunnerBench({ extraTools: [look()], replies: lookAgain });
  bench.writeHand("thinker", modelHand("thinker", ["look"], "[limits]\nmax_tokens = 250\n"));
  const ended = await bench.run("thinker");
  expect(ended.error).toMatch(/^max_tokens: it used 330 of 250/);
  expect(ended).toMatchObject({ input_tokens: 300, output_tokens: 30, error_code: "limit_reached" });
});

test("$248 unseen: the cost of an execution never passes max_cost_usd, and what is counted is what was charged", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 15 }),
      fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 12 }),
      async (limitUsd, outputs) => {
        const bench = await openRunnerBench({
          extraTools: [look()],
          price: PRICE,
          replies: (_request, callNumber) => ({
            ...lookAgain(),
            usage: { inputTokens: 500, outputTokens: outputs[(callNumber - 1) % outputs.length] ?? 0 },
          }),
        });
        bench.writeHand(
          "thinker",
          modelHand(
            "thinker",
            ["look"],
            `[limits]\nmax_cost_usd = ${limitUsd}\n[model]\nmax_output_tokens = 30\n`,
          ),
        );
        const ended = await bench.run("thinker");
        const steps = await bench.steps(ended.id);
        const charged = steps.reduce((sum, step) => sum + (step.cost_usd ?? 0), 0);
        expect(ended.cost_usd).toBeCloseTo(charged, 9);
        expect(ended.cost_usd).toBeLessThanOrEqual(limitUsd);
        expect(ended.error).toMatch(/^max_cost_usd/);
        expect(ended.reserved_cost_usd).toBe(0);
      },
    ),
    { numRuns: 6 },
  );
});

test("questions that are asked at once cannot pass the limit together", async () => {
  const bench = await openRunnerBench({
    price: PRICE,
    replies: () => ({ text: "x", delayMs: 20, usage: { inputTokens: 0, outputTokens: 1000 } }),
  });
  bench.writeHand(
    "thinker",
    scriptHand("thinker", 'await Promise.all([1, 2, 3, 4].map((n) => hand.ask("q" + n)));', {
      more: "[limits]\nmax_cost_usd = 2.5\n[model]\nmax_output_tokens = 1000\n",
    }),
  );
  const ended = await bench.run("thinker");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "limit_reached" });
  expect(bench.model.requests.length).toBeLessThanOrEqual(2);
  expect(ended.cost_usd).toBeLessThanOrEqual(2.5);
});

test("a failed question gives back what was set aside for it", async () => {
  const bench = await openRunnerBench({
    price: PRICE,
    replies: (_request, callNumber) =>
      callNumber < 4
        ? { failure: { reason: "rejected" } }
        : { text: "at last", usage: { inputTokens: 1, outputTokens: 1 } },
  });
  bench.writeHand(
    "thinker",
    scriptHand(
      "thinker",
      'for (const n of [1, 2, 3]) await hand.ask("q").catch(() => {}); return await hand.ask("q");',
      { more: "[limits]\nmax_cost_usd = 2\n[model]\nmax_output_tokens = 1000\n" },
    ),
  );
  expect(await bench.run("thinker")).toMatchObject({ outcome: "success", output: "at last" });
});

test.each(["max_cost_usd", "max_cost_usd_per_day"])(
  "%s with a price that nobody knows refuses to run, before anything is asked",
  async (limit) => {
    const bench = await openRunnerBench({ replies: () => ({ text: "x" }) });
    bench.writeHand("thinker", modelHand("thinker", [], `[limits]\n${limit} = 1\n`));
    const ended = await bench.run("thinker");
    expect(ended).toMatchObject({ outcome: "failure", error_code: "limit_reached" });
    expect(ended.error).toMatch(new RegExp(`^${limit}: the price of scripted/model is not known`));
    expect(bench.model.requests).toEqual([]);
  },
);

test("without a limit a price that nobody knows is no cost of nothing, but an unknown cost", async () => {
  const bench = await openRunnerBench({ replies: () => ({ text: "x" }) });
  bench.writeHand("thinker", modelHand("thinker", []));
  expect(await bench.run("thinker")).toMatchObject({ outcome: "success", cost_usd: null });
});

test("a day's limit parks the hand until its midnight, by its own timezone, and it goes on then", async () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 5, 12));
  const bench = await openRunnerBench({
    clock,
    extraTools: [look()],
    price: PRICE,
    replies: (_request, callNumber) => ({
      ...(callNumber < 3 ? lookAgain() : { text: "done" }),
      usage: { inputTokens: 1000, outputTokens: 0 },
    }),
  });
  bench.writeHand("thinker", {
    "HAND.toml": `[hand]
name = "thinker"
schedule = { cron = "0 7 * * *", timezone = "America/New_York" }
[tools]
required = ["look"]
unattended = ["look"]
[limits]
max_cost_usd_per_day = 2.6
[model]
max_output_tokens = 10
`,
    "SYSTEM.md": "Think.",
  });
  const parked = await bench.run("thinker");
  expect(parked).toMatchObject({ status: "waiting", reason: "budget", outcome: null, reserved_cost_usd: 0 });
  expect(parked.wake_at).toBe(Date.UTC(2026, 0, 6, 5));
  await bench.runner.start();
  clock.freezeProcess((parked.wake_at ?? 0) - clock.now() - 2000);
  await clock.advance(1000);
  expect((await bench.runner.getExecution(parked.id)).status).toBe("waiting");
  await clock.advance(2000);
  await expect.poll(async () => (await bench.runner.getExecution(parked.id)).outcome).toBe("success");
});

test("a reply that costs more than the whole day's money fails at once: no midnight would change that", async () => {
  const bench = await openRunnerBench({ price: PRICE, replies: () => ({ text: "x" }) });
  bench.writeHand(
    "thinker",
    modelHand("thinker", [], "[limits]\nmax_cost_usd_per_day = 0.01\n[model]\nmax_output_tokens = 1000\n"),
  );
  const ended = await bench.run("thinker");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "limit_reached" });
  expect(ended.error).toMatch(/^max_cost_usd_per_day/);
});

test("the timeout counts only time under a lease: a wait of days does not use it up, the time before the wait does", async () => {
  const clock = createFakeClock();
  const slow = createStepTool("slow", {
    effect: "read",
    run: async () => {
      await clock.advance(40_000);
      return "done";
    },
  });
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({ clock, extraTools: [slow, pay] });
  const files = (limit: string) =>
    scriptHand(
      "worker",
      'await hand.tool("slow"); await hand.tool("pay"); await hand.tool("slow"); return "done";',
      {
        more: `[tools]\nrequired = ["slow", "pay"]\n[limits]\ntimeout = "${limit}"\n`,
      },
    );
  for (const { limit, outcome } of [
    { limit: "100s", outcome: "success" },
    { limit: "60s", outcome: "timeout" },
  ]) {
    bench.writeHand("worker", files(limit));
    const waiting = await bench.run("worker");
    expect(waiting.active_ms).toBeGreaterThanOrEqual(40_000);
    clock.freezeProcess(3 * 86_400_000);
    expect(await bench.decideNext("approve")).toMatchObject({ outcome });
  }
});

test("a hung model is ended by the timeout", async () => {
  const bench = await openRunnerBench({ replies: () => ({ hang: true }) });
  bench.writeHand("thinker", modelHand("thinker", [], '[limits]\ntimeout = "400ms"\n'));
  const ended = await bench.run("thinker");
  expect(ended).toMatchObject({ outcome: "timeout", error_code: "timeout" });
  expect(await bench.steps(ended.id)).toMatchObject([{ kind: "model", status: "failed" }]);
});

test("a failed execution is tried again as a new one, later each time, as often as the manifest says", async () => {
  const clock = createFakeClock();
  const bench = await openRunnerBench({ clock, replies: () => ({ failure: { reason: "server_error" } }) });
  bench.writeHand("thinker", modelHand("thinker", [], "[limits]\nretries = 2\n"));
  const first = await bench.run("thinker", { input: { n: 1 } });
  expect(first.outcome).toBe("failure");
  await bench.runner.start();
  await clock.advance(9000);
  expect(bench.model.requests).toHaveLength(1);
  await clock.advance(3000);
  await expect.poll(() => bench.model.requests.length).toBe(2);
  await clock.advance(15_000);
  expect(bench.model.requests).toHaveLength(2);
  await clock.advance(8000);
  await expect.poll(() => bench.model.requests.length).toBe(3);
  await clock.advance(120_000);
  const all = (await bench.executions("thinker")).toReversed();
  expect(all.map((row) => [row.outcome, row.retry_of, row.input_json])).toEqual([
    ["failure", null, '{"n":1}'],
    ["failure", all[0]?.id, '{"n":1}'],
    ["failure", all[1]?.id, '{"n":1}'],
  ]);
});

test("nothing is tried again once a side effect began", async () => {
  for (const effect of ["read", "destructive"] as const) {
    const act = createStepTool("act", { effect });
    const bench = await openRunnerBench({
      extraTools: [act],
      replies: (_request, callNumber) =>
        callNumber === 1
          ? { toolCalls: [{ name: "act", args: {} }] }
          : { failure: { reason: "server_error" } },
    });
    bench.writeHand("actor", modelHand("actor", ["act"], "[limits]\nretries = 2\n"));
    expect((await bench.run("actor")).outcome).toBe("failure");
    expect(await bench.executions("actor")).toHaveLength(effect === "read" ? 2 : 1);
  }
});

test("A denied command was retried until it had moved 1.3 GB: a hand that retries by itself has no old approvals and keys", async () => {
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({ extraTools: [pay], replies: callOnce({ name: "pay", args: {} }) });
  bench.writeHand("payer", {
    "HAND.toml": '[hand]\nname = "payer"\n[tools]\nrequired = ["pay"]\n',
    "SYSTEM.md": "Pay.",
  });
  await bench.run("payer");
  const ended = await bench.decideNext("approve");
  expect((await bench.runner.listEffects(ended.id)).map((step) => [step.name, step.status])).toEqual([
    ["pay", "done"],
  ]);
  const again = await bench.runner.runHere(await bench.runner.retry(ended.id, "ann"));
  expect(again).toMatchObject({ retry_of: ended.id, status: "waiting", reason: "approval" });
  expect(pay.calls).toHaveLength(1);
  await expect(bench.runner.retry(again.id, "ann")).rejects.toMatchObject({ code: "execution_state" });
});

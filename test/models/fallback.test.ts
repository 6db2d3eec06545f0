import { expect, test } from "vitest";
import type { Clock } from "../../src/core/index.ts";
import type { ProviderLimits } from "../../src/models/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { createProcessCounter } from "../../src/models/process-counter.ts";
import { ProviderGate } from "../../src/models/provider-gate.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { modelHand } from "../support/simple-hands.ts";
import { ask, CANARY_KEY, createQuickClock, createRequest, noChance } from "./model-fixture.ts";
import { anthropicWire, openAiWire, startWireServer } from "./provider-wires.ts";

const NO_SIGNAL = new AbortController().signal;

/** A model of Anthropic's and one of OpenAI's, each on a server of its own. */
async function connect(first: Parameters<typeof startWireServer>[1], fallback: readonly string[]) {
  const main = await startWireServer(anthropicWire, first);
  const second = await startWireServer(openAiWire);
  const models = createModelProvider({
    settings: {
      name: anthropicWire.name,
      baseUrl: main.baseUrl,
      apiKey: CANARY_KEY,
      providers: { openai: { baseUrl: second.baseUrl, apiKey: CANARY_KEY } },
      fallback,
    },
    environment: {},
    clock: createQuickClock(),
    random: noChance,
  });
  return {
    models,
    main,
    second,
    async [Symbol.asyncDispose]() {
      await main[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

test("where a model does not answer the next of the list is asked, and the journal says who answered and why", async () => {
  await using servers = await connect({ overloadedTimes: 100 }, [openAiWire.name]);
  const bench = await openRunnerBench({ models: servers.models });
  bench.writeHand("thinker", modelHand("thinker", []));
  const ended = await bench.run("thinker");
  const [reply] = await bench.steps(ended.id);
  expect(reply).toMatchObject({ kind: "model", name: openAiWire.name });
  expect(JSON.parse(reply?.result_json ?? "")).toMatchObject({
    insteadOf: [
      { model: anthropicWire.name, reason: "overloaded", message: expect.stringContaining("overloaded") },
    ],
  });
  expect(reply?.cost_usd).toBe(null);
  expect(servers.second.requests.length).toBeGreaterThan(0);
});

test("a model that answers is the only one that is asked; what is wrong with the request is no reason for another", async () => {
  await using servers = await connect({}, [openAiWire.name]);
  const reply = await ask(servers.models.resolve(null));
  expect([reply.answeredBy, reply.insteadOf]).toEqual([undefined, undefined]);
  expect(servers.second.requests).toEqual([]);
  const own = servers.models.resolve(anthropicWire.name);
  expect(own.name).toBe(anthropicWire.name);
});

test("a model of the list that is not configured is said when the hand is run, not when it is needed", async () => {
  await using servers = await connect({}, ["nowhere/model"]);
  expect(() => servers.models.resolve(null)).toThrow(/"nowhere" of the model/);
});

test("Anthropic is told where to keep what it read: after the system prompt and the last message", async () => {
  await using server = await startWireServer(anthropicWire);
  const settings = { name: anthropicWire.name, baseUrl: server.baseUrl, apiKey: CANARY_KEY };
  const model = createModelProvider({ settings, environment: {}, clock: createQuickClock() }).resolve(null);
  await ask(model);
  const sent = JSON.parse(server.requests[0]?.body ?? "{}");
  expect(sent.system.at(-1).cache_control).toEqual({ type: "ephemeral" });
  expect(sent.messages.at(-1).content.at(-1).cache_control).toEqual({ type: "ephemeral" });
  const greatest = model.estimateGreatestUsage(createRequest());
  expect(greatest.cacheWriteTokens).toBe(greatest.inputTokens);
});

function createGate(limits: ProviderLimits, clock: Clock): ProviderGate {
  return new ProviderGate({ provider: "groq", limits, counter: createProcessCounter(clock), clock });
}

test("a provider's limits hold requests back: so many at once, so many and so many tokens in a minute", async () => {
  const clock = createFakeClock();
  const gate = createGate({ maxConcurrent: 2, requestsPerMinute: 3, tokensPerMinute: 100 }, clock);
  const entered: number[] = [];
  const leaves = [20, 20, 20, 50].map((tokens, index) =>
    gate.enter(tokens, NO_SIGNAL).then((leave) => {
      entered.push(index);
      return leave;
    }),
  );
  await clock.advance(0);
  expect(entered).toEqual([0, 1]);
  (await leaves[0])?.();
  await clock.advance(0);
  expect(entered).toEqual([0, 1, 2]);
  (await leaves[1])?.();
  await clock.advance(59_000);
  expect(entered).toEqual([0, 1, 2]);
  await clock.advance(1_000);
  expect(entered).toEqual([0, 1, 2, 3]);
});

test("who waits for a limit can be called off, and lets the others go on", async () => {
  const clock = createFakeClock();
  const gate = createGate({ maxConcurrent: 1, requestsPerMinute: null, tokensPerMinute: null }, clock);
  const leave = await gate.enter(1, NO_SIGNAL);
  const abort = new AbortController();
  const called = gate.enter(1, abort.signal);
  const next = gate.enter(1, NO_SIGNAL);
  abort.abort(new Error("called off"));
  await expect(called).rejects.toThrow("called off");
  leave();
  (await next)();
});

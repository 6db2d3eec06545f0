import { expect, onTestFinished, test } from "vitest";
import { createDeferred, silentLogger, systemClock } from "../../src/core/index.ts";
import type { ModelClient } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import type { StreamMessages } from "../../src/server/api-types.ts";
import { createServer } from "../../src/server/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";
import { followStream } from "./follow-stream.ts";
import type { ServerBench } from "./server-bench.ts";
import { openServerBench } from "./server-bench.ts";

const TALKER = { "HAND.toml": '[hand]\nname = "talker"\ntrigger = "manual"\n', "SYSTEM.md": "Talk." };

/** What a reader of the stream has of a reply, by the rule of the documentation. */
function assemble(messages: readonly { readonly event: string; readonly data: unknown }[]): {
  readonly text: string;
  readonly isOver: boolean;
  readonly count: number;
} {
  let text = "";
  let isOver = false;
  let count = 0;
  for (const message of messages) {
    if (message.event !== "text") continue;
    const { offset, text: words, isOver: ends } = message.data as StreamMessages["text"];
    expect(offset === text.length || offset === 0, `${offset} after ${text.length}`).toBe(true);
    text = offset === text.length ? text + words : words;
    isOver = ends;
    count += 1;
  }
  return { text, isOver, count };
}

/** A model that says what the test says, and replies when it is told to. */
function createSpeaker() {
  const asked = createDeferred<(text: string) => void>();
  const ended = createDeferred();
  const scripted = createScriptedModel({ replies: [{ text: "all of it" }], price: null, clock: systemClock });
  const model: ModelClient = {
    name: scripted.name,
    calculateCostUsd: (usage) => scripted.calculateCostUsd(usage),
    estimateGreatestUsage: (request) => scripted.estimateGreatestUsage(request),
    async generate(request, options) {
      asked.resolve((text) => options.onText?.(text));
      await ended.promise;
      return await scripted.generate(request, { signal: options.signal });
    },
  };
  return { models: createScriptedProvider(model), say: asked.promise, end: ended.resolve };
}

/** As another process on the same database: it serves, and runs nothing. */
async function openOtherServer(bench: ServerBench): Promise<Pick<ServerBench, "server" | "token">> {
  const runtime = await createRuntime({
    config: bench.runtime.config,
    models: createSpeaker().models,
    logger: silentLogger,
  });
  const server = createServer({ runtime, operatorName: "ann", environment: {} });
  await runtime.start({ scheduler: false, worker: false, server: true });
  onTestFinished(async () => {
    await server.stop();
    await runtime.stop();
  });
  return { server, token: bench.token };
}

/** Numbers from 0 to 1 that are the same in each run. */
function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const WORDS = Array.from({ length: 240 }, (_, index) => `word${index} ${index % 9 === 0 ? "🚢ø " : ""}`);

test("whoever joins, at whatever moment, has every word once, and the pieces are no longer than what is new", async () => {
  const speaker = createSpeaker();
  const bench = await openServerBench({ hands: { talker: TALKER }, models: speaker.models });
  const { executionId } = (await bench.post("/api/hands/talker/trigger")).json;
  const say = await speaker.say;
  const dice = createDice(7);
  const whole = WORDS.join("");
  const streams: Awaited<ReturnType<typeof followStream>>[] = [];
  const join = async () => void streams.push(await followStream(bench, `?execution=${executionId}`));
  await join();
  say(WORDS[0] ?? "");
  // The first does not wait for the end.
  await streams[0]?.until(({ event }) => event === "text");
  let joining: Promise<unknown> = Promise.resolve();
  for (let from = WORDS[0]?.length ?? 0; from < whole.length; ) {
    const to = from + 1 + Math.floor(dice() * 30);
    say(whole.slice(from, to));
    from = to;
    if (dice() < 0.1) joining = Promise.all([joining, join()]);
    if (dice() < 0.5) await systemClock.sleep(dice() * 12);
  }
  await joining;
  await join();
  const detail = (await bench.get(`/api/executions/${executionId}`)) as { partialText: unknown };
  expect(detail.partialText).toMatchObject({ offset: 0, text: whole });
  speaker.end();
  for (const stream of streams) {
    await stream.until(({ event, data }) => event === "text" && data.isOver);
    expect(assemble(stream.messages)).toMatchObject({ text: whole, isOver: true });
    const pieces = stream.messages.filter(({ event }) => event === "text");
    expect(pieces.reduce((sum, { data }) => sum + data.text.length, 0)).toBe(whole.length);
    expect(pieces[0]?.data).toMatchObject({ executionId, handName: "talker", offset: 0 });
  }
  expect(streams.length).toBeGreaterThan(8);
  expect(assemble(streams[0]?.messages ?? []).count).toBeGreaterThan(1);
  await bench.rest(executionId);
  expect(await bench.get(`/api/executions/${executionId}`)).toMatchObject({
    partialText: null,
    output: "all of it",
  });
});

test("who comes back after a break has the words from the beginning, and the events from where it was", async () => {
  const speaker = createSpeaker();
  const bench = await openServerBench({ hands: { talker: TALKER }, models: speaker.models });
  const { executionId } = (await bench.post("/api/hands/talker/trigger")).json;
  const say = await speaker.say;
  const first = await followStream(bench, "?after=0");
  say("one two ");
  await first.until(({ event }) => event === "text");
  const last = await first.until(({ event, data }) => event === "event" && data.type === "execution.queued");
  await first.leave();
  say("three ");
  const second = await followStream(bench, "", { "last-event-id": last.id ?? "" });
  await second.until(({ event }) => event === "text");
  say("four");
  speaker.end();
  await second.until(({ event, data }) => event === "text" && data.isOver);
  expect(assemble(second.messages)).toMatchObject({ text: "one two three four", isOver: true });
  expect(second.messages.every(({ id }) => id === null || Number(id) > Number(last.id))).toBe(true);
  await bench.rest(executionId);
});

test.each(["sqlite", "postgres"])("another process's followers have the words, too, on %s", async (kind) => {
  const database = kind === "postgres" ? await createTestDatabase(await getPostgresUrl()) : null;
  onTestFinished(async () => database?.drop());
  const speaker = createSpeaker();
  const bench = await openServerBench({
    hands: { talker: TALKER },
    models: speaker.models,
    config: database === null ? {} : { db: database.url },
  });
  const other = await openOtherServer(bench);
  const { executionId } = (await bench.post("/api/hands/talker/trigger")).json;
  const say = await speaker.say;
  const early = await followStream(other, `?execution=${executionId}`);
  const whole = WORDS.join("");
  for (let from = 0; from < whole.length; from += 40) {
    say(whole.slice(from, from + 40));
    if (from === 400) await early.until(() => assemble(early.messages).text.length === 440);
  }
  const late = await followStream(other, `?execution=${executionId}`);
  for (const stream of [early, late]) {
    await stream.until(() => assemble(stream.messages).text === whole);
    expect(assemble(stream.messages).isOver).toBe(false);
  }
  expect(assemble(early.messages).count).toBeGreaterThan(1);
  speaker.end();
  for (const stream of [early, late]) {
    await stream.until(({ event, data }) => event === "text" && data.isOver);
    expect(assemble(stream.messages)).toMatchObject({ text: whole, isOver: true });
  }
  await bench.rest(executionId);
});

import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { appendEvent, readLastPosition } from "../../src/store/index.ts";
import type { ServerBench } from "./server-bench.ts";
import { ECHO, openServerBench, PAYER } from "./server-bench.ts";

interface Message {
  readonly event: string;
  readonly id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: each message has its own shape.
  readonly data: any;
}

/** Follows the stream; `until` waits for the first message that fits and gives all so far. */
async function follow(bench: ServerBench, query = "", headers: Record<string, string> = {}) {
  const token = await bench.token("read");
  const response = await bench.server.request(`http://127.0.0.1/api/events${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  expect(response.status).toBe(200);
  const messages: Message[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream() as never).getReader();
  if (reader === undefined) throw new Error("no stream");
  onTestFinished(() => void reader.cancel().catch(() => {}));
  void (async () => {
    let rest = "";
    for (;;) {
      const { done, value } = (await reader.read()) as { done: boolean; value: string };
      if (done) return;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const read = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
        const event = read("event");
        if (event !== undefined) {
          messages.push({ event, id: read("id") ?? null, data: JSON.parse(read("data") ?? "null") });
        }
      }
    }
  })();
  return {
    messages,
    async until(fits: (message: Message) => boolean): Promise<Message> {
      for (let attempt = 0; attempt < 3000; attempt += 1) {
        const found = messages.find(fits);
        if (found !== undefined) return found;
        await systemClock.sleep(10);
      }
      throw new Error(
        `not heard of; heard: ${messages.map(({ event, data }) => `${event} ${data.type ?? ""}`)}`,
      );
    },
  };
}

test("tells what happens as it happens, in order, each event with its position", async () => {
  const bench = await openServerBench({ hands: { payer: PAYER } });
  const stream = await follow(bench);
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
  const first = await follow(bench, "?after=0");
  await first.until(({ data }) => data.data?.index === 250);
  const last = first.messages.filter(({ id }) => id !== null).find(({ data }) => data.data?.index === 250);
  await add(500, 700);
  const second = await follow(bench, "", { "last-event-id": last?.id ?? "" });
  await second.until(({ data }) => data.data?.index === 699);
  const indexes = second.messages.flatMap(({ data }) =>
    data.type === "test.count" ? [data.data.index as number] : [],
  );
  expect(indexes).toEqual(Array.from({ length: 449 }, (_, index) => index + 251));
  const lost = await follow(bench, "", { "last-event-id": "999999" });
  const resync = await lost.until(({ event }) => event === "resync");
  expect(resync.data).toMatchObject({ reason: "unknown_position" });
  expect(resync.data.position).toBe(await readLastPosition(bench.runtime.store));
});

test("tells only of the execution or hand that was asked for", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO, payer: PAYER } });
  const stream = await follow(bench, "?hand=echo");
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
  const stream = await follow(bench);
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

test("shows a model's words while they come, at most twice a second, and takes them away after", async () => {
  const scripted = createScriptedModel({ replies: [{ text: "all of it" }], price: null, clock: systemClock });
  const models = createScriptedProvider({
    ...scripted,
    name: scripted.name,
    calculateCostUsd: (usage) => scripted.calculateCostUsd(usage),
    estimateGreatestUsage: (request) => scripted.estimateGreatestUsage(request),
    async generate(request, options) {
      for (let word = 0; word < 24; word += 1) {
        options.onText?.(`word${word} `);
        await systemClock.sleep(100);
      }
      return await scripted.generate(request, { signal: options.signal });
    },
  });
  const talker = { "HAND.toml": '[hand]\nname = "talker"\ntrigger = "manual"\n', "SYSTEM.md": "Talk." };
  const bench = await openServerBench({ hands: { talker }, models });
  const { executionId } = (await bench.post("/api/hands/talker/trigger")).json;
  const stream = await follow(bench, `?execution=${executionId}`);
  const first = await stream.until(({ event }) => event === "text");
  expect(first.data).toMatchObject({ executionId, handName: "talker" });
  expect(first.data.text).toMatch(/^word0 word1 /);
  const detail = (await bench.get(`/api/executions/${executionId}`)) as { partialText: { text: string } };
  expect(detail.partialText.text).toMatch(/^word0 word1 /);
  await stream.until(({ event, data }) => event === "text" && data.text === "");
  const texts = stream.messages.flatMap(({ event, data }) => (event === "text" ? [data.text as string] : []));
  expect(texts.length).toBeGreaterThanOrEqual(3);
  expect(texts.length).toBeLessThanOrEqual(7);
  await bench.rest(executionId);
  expect(await bench.get(`/api/executions/${executionId}`)).toMatchObject({
    partialText: null,
    output: "all of it",
  });
});

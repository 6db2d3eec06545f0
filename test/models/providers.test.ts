import { describe, expect, it } from "vitest";
import type { HandsError } from "../../src/core/index.ts";
import type { ModelMessage } from "../../src/models/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import {
  ask,
  CANARY_KEY,
  createQuickClock,
  createRequest,
  noChance,
  toMessage,
  WEATHER_TOOL,
} from "./model-fixture.ts";
import type { Trouble, Wire } from "./provider-wires.ts";
import { anthropicWire, googleWire, openAiWire, startWireServer } from "./provider-wires.ts";

const WAYS = [anthropicWire, openAiWire, googleWire].flatMap((wire) => [
  { name: wire.name, way: "whole", wire, streams: false },
  { name: wire.name, way: "streamed", wire, streams: true },
]);

function connectTo(wire: Wire, baseUrl: string, clock = createQuickClock()) {
  const settings = { name: wire.name, baseUrl, apiKey: CANARY_KEY };
  return createModelProvider({ settings, environment: {}, clock, random: noChance }).resolve(null);
}

describe.each(WAYS)("$name, $way", ({ wire, streams }) => {
  it("answers with text, a call and its usage, and gets all of it back with the result", async () => {
    await using server = await startWireServer(wire);
    const model = connectTo(wire, server.baseUrl);
    const pieces: string[] = [];
    const onText = streams ? (piece: string) => pieces.push(piece) : undefined;
    const reply = await ask(model, { tools: [{ ...WEATHER_TOOL, name: "weather" }] }, onText);

    expect(reply).toMatchObject({ text: "Let me see.", finishReason: "tool_calls", usageIsEstimated: false });
    expect(reply.toolCalls).toMatchObject([{ name: "weather", args: { city: "Berlin" } }]);
    expect(reply.usage).toMatchObject({ inputTokens: 100, outputTokens: 10, cacheReadTokens: 50 });
    if (streams) expect(pieces.join("")).toBe("Let me see.");
    expect(server.requests[0]?.headers[wire.apiKeyHeader]).toBe(`${wire.apiKeyPrefix}${CANARY_KEY}`);

    const [call] = reply.toolCalls;
    if (call === undefined) throw new Error("no call");
    const stored: ModelMessage = JSON.parse(JSON.stringify(toMessage(reply)));
    const result = { callId: call.callId, name: call.name, result: "rain", isError: false };
    const messages: ModelMessage[] = [
      { role: "user", text: "hello" },
      stored,
      { role: "tool", results: [result] },
    ];
    await ask(model, { tools: [WEATHER_TOOL], messages });
    const sent = server.requests[1]?.body ?? "";
    for (const piece of [wire.signature, ...wire.returned]) expect(sent).toContain(piece);
  });

  it("is asked again when it is overloaded", async () => {
    await using server = await startWireServer(wire, { overloadedTimes: 2 });
    const clock = createQuickClock();
    const reply = await ask(connectTo(wire, server.baseUrl, clock), {}, streams ? () => {} : undefined);
    expect(reply.text).toBe("Let me see.");
    expect(clock.slept).toEqual([1_000, 4_000]);
    expect(server.requests).toHaveLength(3);
  });

  it("gets no signature of another model's reply", async () => {
    await using server = await startWireServer(wire);
    const reply = await ask(connectTo(wire, server.baseUrl), { tools: [WEATHER_TOOL] });
    const other = connectTo({ ...wire, name: `${wire.name}-next` }, server.baseUrl);
    const results = reply.toolCalls.map(({ callId, name }) => ({
      callId,
      name,
      result: "rain",
      isError: false,
    }));
    const messages: ModelMessage[] = [
      { role: "user", text: "hello" },
      toMessage(reply),
      { role: "tool", results },
    ];
    await ask(other, { tools: [WEATHER_TOOL], messages }, streams ? () => {} : undefined);
    const sent = server.requests[1]?.body ?? "";
    expect(sent).toContain("Let me see.");
    expect(sent).not.toContain(wire.signature);
  });
});

describe.each(WAYS)("$name in trouble, $way", ({ wire, streams }) => {
  const onText = streams ? () => {} : undefined;
  const fail = async (trouble: Trouble) => {
    await using server = await startWireServer(wire, { trouble });
    const clock = createQuickClock();
    const error: unknown = await ask(connectTo(wire, server.baseUrl, clock), {}, onText).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: "model_failed" });
    expect(JSON.stringify(error)).not.toContain(CANARY_KEY);
    const { details, message } = error as HandsError;
    return { details, message, slept: clock.slept, asked: server.requests.length };
  };

  it.each([
    [401, "unauthorised", false],
    [404, "not_found", false],
    [500, "server_error", true],
  ])("a %i is %s, and is not asked again", async (status, reason, mayHaveCost) => {
    const body = JSON.stringify(wire.error(status, `no, ${CANARY_KEY}`));
    const { details, message, asked } = await fail({ status, body });
    expect([details, asked]).toEqual([expect.objectContaining({ status, reason, mayHaveCost }), 1]);
    expect(message).not.toContain(CANARY_KEY);
  });

  it("a 429 is asked again after the time it says, four times in all", async () => {
    const body = JSON.stringify(wire.error(429, "slow down"));
    const { details, slept, asked } = await fail({ status: 429, headers: { "retry-after": "7" }, body });
    expect(details).toMatchObject({ reason: "rate_limited", retryAfterMs: 7000, mayHaveCost: false });
    expect([slept, asked]).toEqual([[7000, 7000, 7000], 4]);
  });

  it("an answer that is no JSON is malformed, and is not asked again", async () => {
    const { details, asked } = await fail({ status: 200, body: "<html>Welcome</html>" });
    expect([details, asked]).toEqual([
      expect.objectContaining({ reason: "malformed", mayHaveCost: true }),
      1,
    ]);
  });

  it("a hang ends with the signal", async () => {
    await using server = await startWireServer(wire, { trouble: "hang" });
    const abort = new AbortController();
    const options = { signal: abort.signal, ...(onText === undefined ? {} : { onText }) };
    const asked = connectTo(wire, server.baseUrl).generate(createRequest(), options);
    asked.catch(() => {});
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
  });
});

it.each([anthropicWire, openAiWire, googleWire])(
  "$name that ends its stream early is interrupted, not finished",
  async (wire) => {
    await using server = await startWireServer(wire, { events: wire.events.slice(0, -2) });
    const asked = ask(connectTo(wire, server.baseUrl), { tools: [WEATHER_TOOL] }, () => {});
    const details = { reason: "interrupted", retryable: true, mayHaveCost: true };
    await expect(asked).rejects.toMatchObject({ code: "model_failed", details });
  },
);

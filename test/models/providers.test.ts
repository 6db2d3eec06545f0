import { describe, expect, it } from "vitest";
import type { ModelMessage } from "../../src/models/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { ask, CANARY_KEY, createQuickClock, noChance, toMessage, WEATHER_TOOL } from "./model-fixture.ts";
import type { Wire } from "./provider-wires.ts";
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

it.each([anthropicWire, openAiWire, googleWire])(
  "$name that ends its stream early is interrupted, not finished",
  async (wire) => {
    await using server = await startWireServer(wire, { events: wire.events.slice(0, -2) });
    const asked = ask(connectTo(wire, server.baseUrl), { tools: [WEATHER_TOOL] }, () => {});
    const details = { reason: "interrupted", retryable: true, mayHaveCost: true };
    await expect(asked).rejects.toMatchObject({ code: "model_failed", details });
  },
);

import { describe, expect, it } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { ask, createQuickClock, createRequest, toMessage } from "./model-fixture.ts";

describe("a scripted model", () => {
  it("gives its replies in order, remembers what it was asked, and fails when they are over", async () => {
    const model = createScriptedModel({
      name: "scripted/demo",
      replies: [{ toolCalls: [{ name: "weather", args: { city: "Rome" } }] }, { text: "Sun." }, {}],
    });
    expect(await ask(model)).toEqual({
      text: "",
      toolCalls: [{ callId: "call_1", name: "weather", args: { city: "Rome" }, rawArgs: '{"city":"Rome"}' }],
      finishReason: "tool_calls",
      usage: { inputTokens: 100, outputTokens: 10 },
      usageIsEstimated: false,
      raw: null,
    });
    expect(await ask(model)).toMatchObject({ text: "Sun.", finishReason: "stop" });
    expect((await ask(model)).finishReason).toBe("empty");
    await expect(ask(model)).rejects.toMatchObject({ code: "model_failed", details: { retryable: false } });
    expect(model.requests).toHaveLength(4);
    expect(model.requests[0]).toEqual(createRequest());
  });

  it("can decide by the request and the number of the call", async () => {
    const model = createScriptedModel({
      replies: ({ messages }, callNumber) => ({ text: `${callNumber}: ${messages.length}` }),
    });
    await ask(model);
    expect((await ask(model, { messages: [] })).text).toBe("2: 0");
  });

  it("streams by words", async () => {
    const pieces: string[] = [];
    await ask(createScriptedModel({ replies: [{ text: "one two\nthree" }] }), {}, (piece) =>
      pieces.push(piece),
    );
    expect(pieces.join("")).toBe("one two\nthree");
    expect(pieces.length).toBeGreaterThan(1);
  });

  it("can write arguments that are no object, and ids that repeat", async () => {
    const call = { name: "weather", args: "not json", callId: "x" };
    const model = createScriptedModel({ replies: () => ({ toolCalls: [call, call] }) });
    const first = await ask(model);
    const second = await ask(model, { messages: [toMessage(first)] });
    expect(first.toolCalls).toMatchObject([
      { callId: "x", args: null, rawArgs: "not json" },
      { callId: "x_2", args: null },
    ]);
    expect(second.toolCalls.map(({ callId }) => callId)).toEqual(["x_3", "x_4"]);
  });

  it("can hang until it is aborted, wait by its clock, and fail", async () => {
    const clock = createQuickClock();
    const failure = { status: 500, message: "broken on purpose" };
    const model = createScriptedModel({
      clock,
      replies: [{ hang: true }, { text: "a", delayMs: 70 }, { failure }],
    });
    const abort = new AbortController();
    const hanging = model.generate(createRequest(), { signal: abort.signal });
    abort.abort(new HandsError("timeout", "too long"));
    await expect(hanging).rejects.toBe(abort.signal.reason);
    await ask(model);
    expect(clock.slept).toEqual([70]);
    const details = { status: 500, retryable: true, provider: "scripted", model: "model" };
    await expect(ask(model)).rejects.toMatchObject({
      code: "model_failed",
      message: "broken on purpose",
      details,
    });
  });

  it("has a price only where it is given one", () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 2_000_000 };
    expect(createScriptedModel({ replies: [] }).calculateCostUsd(usage)).toBeNull();
    const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 };
    expect(createScriptedModel({ replies: [], price }).calculateCostUsd(usage)).toBe(5);
  });

  it("is what its provider gives for any name", () => {
    const model = createScriptedModel({ replies: [] });
    const provider = createScriptedProvider(model);
    expect(provider.resolve("anthropic/x")).toBe(model);
    expect(provider.explainMissing(null)).toBeNull();
  });
});

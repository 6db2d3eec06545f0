import { afterEach, describe, expect, it } from "vitest";
import type { ModelReply } from "../../src/models/index.ts";
import type { ModelScript, ModelServer, ServedReply } from "../support/model-server.ts";
import { startModelServer } from "../support/model-server.ts";
import { ask, CANARY_KEY, connect, createRequest, toMessage, WEATHER_TOOL } from "./model-fixture.ts";

let server: ModelServer | undefined;
afterEach(() => server?.stop());

async function serve(...replies: readonly ServedReply[]): Promise<ModelServer> {
  const script: ModelScript = (_request, number) => replies[number - 1] ?? { status: 418 };
  server = await startModelServer(script);
  return server;
}

const WAYS = [
  { way: "whole", onText: undefined },
  { way: "streamed", onText: () => {} },
] as const;

describe.each(WAYS)("a reply of an OpenAI-compatible server, $way", ({ onText }) => {
  it("has the text, the usage and the reason", async () => {
    const { baseUrl, requests } = await serve({
      text: "Hello there.",
      usage: { input: 12, output: 3, cached: 4 },
    });
    const reply = await ask(connect(baseUrl), { temperature: 0.5, maxOutputTokens: 99 }, onText);
    expect(reply).toMatchObject({
      text: "Hello there.",
      toolCalls: [],
      finishReason: "stop",
      usageIsEstimated: false,
    });
    expect(reply.usage).toEqual({ inputTokens: 12, outputTokens: 3, cacheReadTokens: 4 });
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${CANARY_KEY}`);
    expect(requests[0]?.body).toMatchObject({
      model: "test-model",
      max_tokens: 99,
      temperature: 0.5,
      messages: [
        { role: "system", content: "You are terse." },
        { role: "user", content: "hello" },
      ],
    });
  });

  it("has tool calls, and their results go back under the same ids", async () => {
    const { baseUrl, requests } = await serve(
      { text: "Let me see.", toolCalls: [{ id: "call_a", name: "weather", args: { city: "Berlin" } }] },
      { text: "Rain." },
    );
    const model = connect(baseUrl);
    const first = await ask(model, { tools: [WEATHER_TOOL] }, onText);
    expect(first.finishReason).toBe("tool_calls");
    expect(first.toolCalls).toEqual([
      { callId: "call_a", name: "weather", args: { city: "Berlin" }, rawArgs: '{"city":"Berlin"}' },
    ]);
    const second = await ask(model, {
      tools: [WEATHER_TOOL],
      messages: [
        { role: "user", text: "hello" },
        toMessage(first),
        {
          role: "tool",
          results: [{ callId: "call_a", name: "weather", result: { sky: "rain" }, isError: false }],
        },
      ],
    });
    expect(second.text).toBe("Rain.");
    expect(requests[0]?.body.tools?.[0]?.function).toMatchObject({
      name: "weather",
      parameters: { required: ["city"] },
    });
    expect(requests[1]?.body.messages.slice(2)).toMatchObject([
      {
        role: "assistant",
        content: "Let me see.",
        tool_calls: [{ id: "call_a", function: { name: "weather", arguments: '{"city":"Berlin"}' } }],
      },
      { role: "tool", tool_call_id: "call_a", content: '{"sky":"rain"}' },
    ]);
  });

  it("hands the reasoning of a reply back as it came", async () => {
    const { baseUrl, requests } = await serve({ reasoning: "They greet me.", text: "Hi." }, { text: "Yes." });
    const model = connect(baseUrl);
    const first = await ask(model, {}, onText);
    expect(first.text).toBe("Hi.");
    const stored = JSON.parse(JSON.stringify(toMessage(first)));
    await ask(model, {
      messages: [{ role: "user", text: "hello" }, stored, { role: "user", text: "sure?" }],
    });
    expect(requests[1]?.body.messages[2]).toMatchObject({
      content: "Hi.",
      reasoning_content: "They greet me.",
    });
  });

  it("tells an empty reply, a filtered one, one cut at its length and an unknown end apart", async () => {
    const { baseUrl } = await serve(
      { text: "" },
      { finishReason: "content_filter" },
      { text: "and so", finishReason: "length" },
      { text: "half", toolCalls: [{ name: "weather", args: { city: "Ber" } }], finishReason: "length" },
      { text: "hm", finishReason: "eos_maybe" },
    );
    const model = connect(baseUrl);
    const replies: ModelReply[] = [];
    for (let index = 0; index < 5; index += 1)
      replies.push(await ask(model, { tools: [WEATHER_TOOL] }, onText));
    expect(replies.flatMap((reply) => reply.toolCalls)).toEqual([]);
    const reasons = replies.map((reply) => reply.finishReason);
    expect(reasons).toEqual(["empty", "content_filter", "length", "length", "other"]);
  });

  it.each(["not json", "[1,2]", '"text"', "null", '{"city":'])(
    "keeps arguments that are no plain JSON object as text: %s",
    async (args) => {
      const { baseUrl, requests } = await serve(
        { toolCalls: [{ name: "weather", args }] },
        { text: "Sorry." },
      );
      const model = connect(baseUrl);
      const reply = await ask(model, { tools: [WEATHER_TOOL] }, onText);
      expect(reply.finishReason).toBe("tool_calls");
      expect(reply.toolCalls).toEqual([{ callId: "call_1", name: "weather", args: null, rawArgs: args }]);
      await answerCalls(model, reply);
      expect(requests[1]?.body.messages.at(-1)).toMatchObject({ role: "tool", tool_call_id: "call_1" });
    },
  );

  it("takes no arguments at all for an empty object", async () => {
    const { baseUrl } = await serve({ toolCalls: [{ name: "weather", args: "" }] });
    const reply = await ask(connect(baseUrl), { tools: [WEATHER_TOOL] }, onText);
    expect(reply.toolCalls[0]?.args).toEqual({});
  });

  it("keeps a member called __proto__ as data", async () => {
    const { baseUrl } = await serve({ toolCalls: [{ name: "weather", args: '{"__proto__":{"city":"x"}}' }] });
    const { args } = (await ask(connect(baseUrl), { tools: [WEATHER_TOOL] }, onText)).toolCalls[0] ?? {};
    expect(Object.keys(args ?? {})).toEqual(["__proto__"]);
    expect(args?.["city"]).toBeUndefined();
  });

  it("keeps a call of a tool that nobody offered, for the caller to refuse", async () => {
    const { baseUrl } = await serve({ toolCalls: [{ name: "launch", args: { at: "dawn" } }] });
    const reply = await ask(connect(baseUrl), {}, onText);
    expect(reply.toolCalls).toMatchObject([{ name: "launch", args: { at: "dawn" } }]);
  });

  it("makes repeated ids unique, in one reply and across replies, and keeps them matched", async () => {
    const twice = [
      { id: "x", name: "weather", args: { city: "Berlin" } },
      { id: "x", name: "weather", args: { city: "Rome" } },
    ];
    const { baseUrl, requests } = await serve({ toolCalls: twice }, { toolCalls: twice }, { text: "Done." });
    const model = connect(baseUrl);
    const first = await ask(model, { tools: [WEATHER_TOOL] }, onText);
    const second = await answerCalls(model, first);
    const cities = [{ city: "Berlin" }, { city: "Rome" }];
    for (const reply of [first, second]) expect(reply.toolCalls.map((call) => call.args)).toEqual(cities);
    const firstIds = first.toolCalls.map((call) => call.callId);
    expect(new Set([...firstIds, ...second.toolCalls.map((call) => call.callId)]).size).toBe(4);
    const sent = requests[1]?.body.messages ?? [];
    expect(sent.flatMap((message) => message.tool_calls ?? []).map((call) => call.id)).toEqual(firstIds);
    expect(sent.flatMap((message) => message.tool_call_id ?? [])).toEqual(firstIds);
  });

  it("gives tools names that providers take, and takes them back", async () => {
    const long = `files.${"deep".repeat(20)}`;
    const names = ["files.read", "files__read", "2fast", "größe", long];
    const toolCalls = (wireNames: readonly string[]) =>
      wireNames.map((name) => ({ id: `id_${name}`, name, args: {} }));
    server = await startModelServer(({ tools = [] }) => ({
      toolCalls: toolCalls(tools.map((t) => t.function.name)),
    }));
    const tools = names.map((name) => ({ ...WEATHER_TOOL, name }));
    const reply = await ask(connect(server.baseUrl), { tools }, onText);
    expect(new Set(reply.toolCalls.map((call) => call.name))).toEqual(new Set(names));
    const wireNames = server.requests[0]?.body.tools?.map((tool) => tool.function.name) ?? [];
    expect(new Set(wireNames).size).toBe(names.length);
    for (const wireName of wireNames) expect(wireName).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
  });

  it("estimates the usage that a server does not report, never as nothing", async () => {
    const { baseUrl } = await serve(
      { text: "Four words of text.", usage: null },
      { text: "x", usage: { input: 0, output: 0 } },
    );
    const model = connect(baseUrl);
    for (let index = 0; index < 2; index += 1) {
      const reply = await ask(model, {}, onText);
      expect(reply.usageIsEstimated).toBe(true);
      expect(reply.usage.inputTokens).toBe(model.estimateGreatestUsage(createRequest()).inputTokens);
      expect(reply.usage.outputTokens).toBeGreaterThan(0);
    }
  });
});

describe("an OpenAI-compatible server", () => {
  it("streams the text as it comes", async () => {
    const { baseUrl, requests } = await serve({ text: "one two three", chunkDelayMs: 5 });
    const pieces: string[] = [];
    const reply = await ask(connect(baseUrl), {}, (piece) => pieces.push(piece));
    expect(pieces).toEqual(["one ", "two ", "three"]);
    expect(reply.text).toBe("one two three");
    expect(requests[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it("is told of a JSON answer only where no tools are offered, the model always", async () => {
    const { baseUrl, requests } = await serve({ text: "{}" }, { text: "{}" });
    const model = connect(baseUrl);
    expect((await ask(model, { format: "json" })).text).toBe("{}");
    await ask(model, { format: "json", tools: [WEATHER_TOOL] });
    expect(requests.map(({ body }) => body.response_format?.type)).toEqual(["json_object", undefined]);
    for (const { body } of requests) expect(body.messages[0]?.content).toMatch(/one JSON value/);
  });

  it("gets a reply of another model told anew, without that one's raw form", async () => {
    const { baseUrl, requests } = await serve({ text: "ok" });
    await ask(connect(baseUrl), {
      messages: [
        { role: "user", text: "hello" },
        {
          role: "assistant",
          text: "Looking.",
          toolCalls: [{ callId: "c1", name: "files.read", args: { path: "a" }, rawArgs: '{"path":"a"}' }],
          raw: {
            model: "anthropic/other",
            message: { role: "assistant", content: [{ type: "text", text: "SECRET" }] },
          },
        },
        { role: "tool", results: [{ callId: "c1", name: "files.read", result: "gone", isError: true }] },
      ],
    });
    expect(JSON.stringify(requests[0]?.body)).not.toContain("SECRET");
    expect(requests[0]?.body.messages[2]).toMatchObject({ content: "Looking.", tool_calls: [{ id: "c1" }] });
    expect(requests[0]?.body.messages[3]).toMatchObject({ tool_call_id: "c1", content: "gone" });
  });

  it("is not told a greatest length for a model without a price", async () => {
    const { baseUrl, requests } = await serve({ text: "ok" }, { text: "ok" });
    await ask(connect(baseUrl));
    const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 };
    await ask(connect(baseUrl, { prices: { "openai-compatible/test-model": price } }));
    expect(requests.map(({ body }) => body.max_tokens)).toEqual([undefined, 16_384]);
  });
});

/** Answers every call of a reply with "ok" and asks again. */
function answerCalls(model: ReturnType<typeof connect>, reply: ModelReply): Promise<ModelReply> {
  return ask(model, {
    tools: [WEATHER_TOOL],
    messages: [
      { role: "user", text: "hello" },
      toMessage(reply),
      {
        role: "tool",
        results: reply.toolCalls.map(({ callId, name }) => ({ callId, name, result: "ok", isError: false })),
      },
    ],
  });
}

import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import { readRetryAfterMs } from "../../src/models/failure.ts";
import type { ModelServer, ServedReply } from "../support/model-server.ts";
import { startModelServer } from "../support/model-server.ts";
import { ask, CANARY_KEY, connect, createQuickClock, createRequest } from "./model-fixture.ts";

let server: ModelServer | undefined;
afterEach(() => server?.stop());

async function serve(...replies: readonly ServedReply[]): Promise<ModelServer> {
  server = await startModelServer(
    (_request, number) => replies[number - 1] ?? replies.at(-1) ?? { hang: true },
  );
  return server;
}

/** The error of a call, whose every visible form is searched for the key. */
async function failureOf(call: Promise<unknown>): Promise<HandsError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HandsError)) throw new Error(`expected a HandsError, got ${inspect(error)}`);
  expect(error.code).toBe("model_failed");
  for (const shown of [
    inspect(error, { depth: 9 }),
    JSON.stringify(error),
    JSON.stringify(error.details),
    error.stack,
  ]) {
    expect(shown).not.toContain(CANARY_KEY);
  }
  return error;
}

const WAYS = [
  { way: "whole", onText: undefined },
  { way: "streamed", onText: () => {} },
] as const;

/** A server that repeats the key in what it says. */
const chatty = { error: { message: `bad header Bearer ${CANARY_KEY}`, type: "x", code: "y" } };

describe.each(WAYS)("a model that fails, $way", ({ onText }) => {
  it.each([
    { status: 400, reason: "rejected", retryable: false, mayHaveCost: false, asked: 1 },
    { status: 401, reason: "unauthorised", retryable: false, mayHaveCost: false, asked: 1 },
    { status: 402, reason: "quota", retryable: false, mayHaveCost: false, asked: 1 },
    { status: 403, reason: "unauthorised", retryable: false, mayHaveCost: false, asked: 1 },
    { status: 404, reason: "not_found", retryable: false, mayHaveCost: false, asked: 1 },
    { status: 429, reason: "rate_limited", retryable: true, mayHaveCost: false, asked: 4 },
    { status: 500, reason: "server_error", retryable: true, mayHaveCost: true, asked: 1 },
    { status: 502, reason: "server_error", retryable: true, mayHaveCost: true, asked: 1 },
    { status: 503, reason: "overloaded", retryable: true, mayHaveCost: false, asked: 4 },
    { status: 529, reason: "overloaded", retryable: true, mayHaveCost: false, asked: 4 },
  ])("with $status is $reason, asked $asked times", async ({ status, asked, ...expected }) => {
    const { baseUrl, requests } = await serve({ status, error: chatty });
    const clock = createQuickClock();
    const error = await failureOf(ask(connect(baseUrl, { clock }), {}, onText));
    const details = {
      ...expected,
      status,
      provider: "openai-compatible",
      model: "test-model",
      attempts: asked,
    };
    expect(error.details).toMatchObject(details);
    expect(requests).toHaveLength(asked);
    expect(clock.slept).toEqual([1_000, 4_000, 16_000].slice(0, asked - 1));
    expect(error.message).toContain(String(status));
  });

  it("says what the server said, without the key, on one line of bounded length", async () => {
    const message = `bad\n\n"temperature" with ${CANARY_KEY} ${"x".repeat(5_000)}`;
    const { baseUrl } = await serve({ status: 400, error: { error: { message } } });
    const error = await failureOf(ask(connect(baseUrl), {}, onText));
    expect(error.message).toContain('bad "temperature" with [redacted]');
    expect(error.message.length).toBeLessThan(600);
  });

  it("is not asked again when the account has nothing left", async () => {
    const error = { error: { message: "You exceeded your current quota", code: "insufficient_quota" } };
    const { baseUrl, requests } = await serve({ status: 429, error });
    const failure = await failureOf(ask(connect(baseUrl), {}, onText));
    expect(failure.details).toMatchObject({ reason: "quota", retryable: false });
    expect(requests).toHaveLength(1);
  });

  it("is asked again when it said so, after the time it said", async () => {
    const clock = createQuickClock();
    const { baseUrl } = await serve(
      { status: 429, headers: { "retry-after": "7" } },
      { status: 503, headers: { "retry-after-ms": "250" } },
      { text: "At last." },
    );
    expect((await ask(connect(baseUrl, { clock }), {}, onText)).text).toBe("At last.");
    expect(clock.slept).toEqual([7_000, 250]);
  });

  it("is not waited for longer than a minute", async () => {
    const clock = createQuickClock();
    const { baseUrl, requests } = await serve({ status: 429, headers: { "retry-after": "61" } });
    const error = await failureOf(ask(connect(baseUrl, { clock }), {}, onText));
    expect(error.details).toMatchObject({ retryable: true, retryAfterMs: 61_000 });
    expect(clock.slept).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it("and refuses connections is tried until it listens", async () => {
    const first = await serve({ text: "unused" });
    await first.stop();
    const clock = createQuickClock();
    const error = await failureOf(ask(connect(first.baseUrl, { clock }), {}, onText));
    const expected = {
      reason: "unreachable",
      status: null,
      retryable: true,
      mayHaveCost: false,
      attempts: 4,
    };
    expect(error.details).toMatchObject(expected);
    expect(clock.slept).toHaveLength(3);
    expect(error.message).toContain(first.baseUrl);
  });

  it.each([
    "<html>Welcome to nginx</html>",
    '{"choices": [',
    '{"choices": []}',
    '{"hello": "world"}',
    "data: {broken\n\n",
  ])("and answers %j is malformed", async (malformed) => {
    const { baseUrl, requests } = await serve({ malformed });
    const error = await failureOf(ask(connect(baseUrl), {}, onText));
    expect(error.details).toMatchObject({ reason: "malformed", retryable: true, mayHaveCost: true });
    expect(requests).toHaveLength(1);
  });

  it("and breaks the connection in its reply is interrupted, and not asked again", async () => {
    const { baseUrl, requests } = await serve({ text: "one two three", cutAfter: 3 }, { text: "second" });
    const error = await failureOf(ask(connect(baseUrl), {}, onText));
    expect(error.details).toMatchObject({ reason: "interrupted", retryable: true, mayHaveCost: true });
    expect(requests).toHaveLength(1);
  });

  it("and redirects is not followed, for the key would go along", async () => {
    const elsewhere = await startModelServer(() => ({ text: "stolen" }));
    const headers = { location: `${elsewhere.baseUrl}/chat/completions` };
    const { baseUrl } = await serve({ status: 307, headers, error: "moved" });
    const error = await failureOf(ask(connect(baseUrl), {}, onText));
    expect(error.details).toMatchObject({ reason: "rejected", status: 307, retryable: false });
    expect(elsewhere.requests).toHaveLength(0);
    await elsewhere.stop();
  });

  it("stops with the signal's reason while the server hangs, and hangs up", async () => {
    const { baseUrl, requests } = await serve({ hang: true });
    const abort = new AbortController();
    const options = { signal: abort.signal, ...(onText === undefined ? {} : { onText }) };
    const asked = connect(baseUrl).generate(createRequest(), options);
    await expect.poll(() => requests.length).toBe(1);
    abort.abort(new HandsError("cancelled", "enough"));
    await expect(asked).rejects.toBe(abort.signal.reason);
    await expect.poll(() => requests[0]?.wasAbandoned).toBe(true);
  });

  it("stops with the signal's reason while it waits to ask again", async () => {
    const { baseUrl } = await serve({ status: 429, headers: { "retry-after": "50" } });
    const abort = new AbortController();
    const clock = createQuickClock();
    const sleep: typeof clock.sleep = (_delayMs, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        abort.abort("stop");
      });
    const model = connect(baseUrl, { clock: { ...clock, sleep } });
    const options = { signal: abort.signal, ...(onText === undefined ? {} : { onText }) };
    await expect(model.generate(createRequest(), options)).rejects.toBe("stop");
  });
});

describe("a stream", () => {
  it("that is aborted in its middle stops with the signal's reason, and hangs up", async () => {
    const { baseUrl, requests } = await serve({ text: "one two three", hangAfter: 3 });
    const abort = new AbortController();
    const pieces: string[] = [];
    const onText = (piece: string) => {
      pieces.push(piece);
      if (pieces.length === 2) abort.abort(new Error("enough"));
    };
    await expect(
      connect(baseUrl).generate(createRequest(), { signal: abort.signal, onText }),
    ).rejects.toThrow("enough");
    expect(pieces).toEqual(["one ", "two "]);
    await expect.poll(() => requests[0]?.wasAbandoned).toBe(true);
  });

  it.each([
    { code: 502, reason: "server_error" },
    { code: 429, reason: "rate_limited" },
    { code: 402, reason: "quota" },
  ])(
    "with an error event $code after a part of the reply is $reason, and not repeated",
    async ({ code, reason }) => {
      const begun = {
        choices: [{ index: 0, delta: { role: "assistant", content: "Well" }, finish_reason: null }],
      };
      const failed = { error: { message: `upstream with ${CANARY_KEY}`, code } };
      const malformed = [begun, failed].map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
      const { baseUrl, requests } = await serve({ malformed });
      const error = await failureOf(ask(connect(baseUrl), {}, () => {}));
      expect(error.details).toMatchObject({ reason, mayHaveCost: true, attempts: 1 });
      expect(error.message).toContain("upstream with [redacted]");
      expect(requests).toHaveLength(1);
    },
  );

  it("whose listener throws fails with what it threw", async () => {
    const { baseUrl, requests } = await serve({ text: "one two", hangAfter: 2 });
    const broken = new Error("the listener is broken");
    const asked = ask(connect(baseUrl), {}, () => {
      throw broken;
    });
    await expect(asked).rejects.toBe(broken);
    await expect.poll(() => requests[0]?.wasAbandoned).toBe(true);
  });
});

describe("readRetryAfterMs", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  it.each([
    [{ "retry-after": "3" }, 3_000],
    [{ "retry-after": "1.5" }, 1_500],
    [{ "retry-after": "Sun, 01 Mar 2026 12:00:20 GMT" }, 20_000],
    [{ "retry-after": "Sun, 01 Mar 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "9", "retry-after-ms": "10" }, 10],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "-5" }, null],
    [{}, null],
  ])("reads %j as %j", (headers, expected) => {
    expect(readRetryAfterMs(headers as Record<string, string>, now)).toBe(expected);
  });
});

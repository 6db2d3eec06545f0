import { expect, test } from "vitest";
import type { Channel } from "../../src/channels/index.ts";
import {
  createDiscordChannel,
  createDiscordWebhookChannel,
  createNtfyChannel,
  createSlackChannel,
  createSlackWebhookChannel,
  createTelegramChannel,
  createWebhookChannel,
} from "../../src/channels/index.ts";
import { HandsError } from "../../src/core/index.ts";
import { createOutput, never, notice, parts, request } from "./channel-samples.ts";
import type { PlatformAnswer } from "./fake-platform.ts";
import { openPlatform } from "./fake-platform.ts";

/** In every secret of every channel here; must never be seen in an error. */
const CANARY = "canary4711canary4711";

const KINDS: Readonly<Record<string, (url: string, timeoutMs?: number) => Channel>> = {
  telegram: (baseUrl, timeoutMs = 5000) =>
    createTelegramChannel(
      { name: "news", token: `123:${CANARY}`, chatId: "42", baseUrl },
      { ...parts, timeoutMs },
    ),
  slack: (baseUrl, timeoutMs = 5000) =>
    createSlackChannel(
      { name: "news", token: `xoxb-${CANARY}`, channelId: "C01", signingSecret: CANARY, baseUrl },
      { ...parts, timeoutMs },
    ),
  "slack webhook": (url, timeoutMs = 5000) =>
    createSlackWebhookChannel(
      { name: "news", webhook: `${url}/services/${CANARY}` },
      { ...parts, timeoutMs },
    ),
  discord: (baseUrl, timeoutMs = 5000) =>
    createDiscordChannel({ name: "news", token: CANARY, channelId: "99", baseUrl }, { ...parts, timeoutMs }),
  "discord webhook": (url, timeoutMs = 5000) =>
    createDiscordWebhookChannel(
      { name: "news", webhook: `${url}/api/webhooks/1/${CANARY}` },
      { ...parts, timeoutMs },
    ),
  ntfy: (baseUrl, timeoutMs = 5000) =>
    createNtfyChannel(
      { name: "news", topic: "alerts", token: `tk_${CANARY}`, baseUrl },
      { ...parts, timeoutMs },
    ),
  webhook: (url, timeoutMs = 5000) =>
    createWebhookChannel(
      {
        name: "news",
        url: `${url}/${CANARY}`,
        secret: `whsec_${Buffer.from(CANARY.padEnd(32, "x")).toString("base64")}`,
      },
      { ...parts, timeoutMs },
    ),
};

/** Everything that a failure shows or carries. */
function spill(error: unknown): string {
  const parts: unknown[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    parts.push(at.message, at.stack, at instanceof HandsError ? [at.hint, at.details] : null);
  }
  return JSON.stringify(parts);
}

async function failWith(kind: string, answer: PlatformAnswer, timeoutMs?: number): Promise<HandsError> {
  const platform = await openPlatform(() => answer);
  const channel = KINDS[kind]?.(platform.url, timeoutMs);
  if (channel === undefined) throw new Error(`no channel ${kind}`);
  let first: HandsError | undefined;
  for (const act of [
    () => channel.deliver(createOutput(channel.destination), never),
    () => channel.notify?.(notice, never),
    () => channel.requests?.ask(request, channel.requests.linkRecipients[0] ?? null, never),
  ]) {
    const failure = await Promise.resolve(act()).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(HandsError);
    expect(spill(failure)).not.toContain(CANARY);
    expect(failure).toMatchObject({ code: "delivery_failed" });
    first ??= failure as HandsError;
  }
  if (first === undefined) throw new Error("nothing failed");
  return first;
}

const kinds = Object.keys(KINDS);

/** What a careless platform repeats in its answer. */
const ECHO = { ok: false, description: `bad 123:${CANARY}`, error: `bad tk_${CANARY}`, message: CANARY };

test.each(kinds)("%s: 401, 403, 404 and 410 are final, whatever the platform repeats", async (kind) => {
  for (const status of [401, 403, 404, 410]) {
    const failure = await failWith(kind, { status, json: ECHO });
    expect(failure.details, String(status)).toMatchObject({ status, retryable: false });
    expect(failure.message).toContain(`news answered ${status}`);
  }
});

test.each(kinds)("%s: 429 is tried again when its Retry-After says", async (kind) => {
  const failure = await failWith(kind, { status: 429, headers: { "retry-after": "7" }, json: {} });
  expect(failure.details).toMatchObject({ status: 429, retryable: true, retryAfterMs: 7000 });
});

test.each(kinds)(
  "%s: 500, a connection that breaks and an answer that never comes may pass",
  async (kind) => {
    expect((await failWith(kind, { status: 500, text: "oops" })).details).toMatchObject({
      status: 500,
      retryable: true,
    });
    const cut = await failWith(kind, "cut");
    expect(cut.details).toMatchObject({ retryable: true });
    expect(cut.message).toContain("could not reach news");
    const hang = await failWith(kind, "hang", 40);
    expect(hang.details).toMatchObject({ retryable: true });
    expect(hang.message).toContain("no answer within 40 ms");
  },
);

test.each(kinds.filter((kind) => !kind.endsWith("webhook")))(
  "%s: an answer that is no JSON is no success",
  async (kind) => {
    const failure = await failWith(kind, { text: "<html>welcome to the hotel</html>" });
    expect(failure.details).toMatchObject({ retryable: true });
  },
);

test("an endless answer is not read to its end", async () => {
  const failure = await failWith("telegram", { text: "x".repeat(1_100_000) });
  expect(failure.message).toContain("larger than");
});

test("a redirect is not followed, for the request carries a key", async () => {
  const elsewhere = await openPlatform(() => ({ json: { ok: true } }));
  for (const kind of kinds) {
    const failure = await failWith(kind, { status: 307, headers: { location: elsewhere.url }, text: "" });
    expect(failure.details, kind).toMatchObject({ retryable: false });
  }
  expect(elsewhere.requests).toEqual([]);
});

test("nothing listens: it may come back, and the reason is named", async () => {
  for (const kind of kinds) {
    const channel = KINDS[kind]?.("http://127.0.0.1:9");
    const failure = await channel
      ?.deliver(createOutput(channel.destination), never)
      .catch((error: unknown) => error);
    expect(failure, kind).toMatchObject({ code: "delivery_failed", details: { retryable: true } });
    expect(spill(failure)).not.toContain(CANARY);
  }
});

test("a delivery made for another place is refused by channels whose address is a secret", async () => {
  for (const kind of ["slack webhook", "discord webhook", "ntfy"]) {
    const platform = await openPlatform(() => ({ json: {} }));
    const channel = KINDS[kind]?.(platform.url);
    const failure = await channel?.deliver(createOutput("elsewhere"), never).catch((error: unknown) => error);
    expect(failure, kind).toMatchObject({ code: "delivery_failed", details: { retryable: false } });
    expect(platform.requests).toEqual([]);
  }
});

import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { OutgoingOutput } from "../../src/channels/index.ts";
import { createWebhookChannel } from "../../src/channels/index.ts";
import { HandsError, systemClock } from "../../src/core/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import type { Answer } from "../support/webhook-receiver.ts";
import { openReceiver } from "../support/webhook-receiver.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const send = (url: string, init: RequestInit) => fetch(url, init);

function outputTo(destination: string): OutgoingOutput {
  return {
    deliveryId: "01delivery",
    handName: "oracle",
    executionId: "01execution",
    format: "markdown",
    payload: '# Ünïcode\n\nand "quotes"',
    destination,
    completedAt: Date.UTC(2026, 0, 5, 12),
  };
}

async function deliver(answers: readonly Answer[]): Promise<HandsError> {
  const { url } = await openReceiver(answers);
  const channel = createWebhookChannel({ name: "hook", url, secret: SECRET }, { clock: systemClock, send });
  const failure = await channel
    .deliver(outputTo(url), new AbortController().signal)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(HandsError);
  return failure as HandsError;
}

test("a receiver can verify the signature with the standard library, and reads the output whole", async () => {
  const { url, requests } = await openReceiver([[204]]);
  const channel = createWebhookChannel({ name: "hook", url, secret: SECRET }, { clock: systemClock, send });
  expect(await channel.deliver(outputTo(url), new AbortController().signal)).toBeNull();
  const [request] = requests;
  const payload = new Webhook(SECRET).verify(request?.body ?? "", request?.headers as Record<string, string>);
  expect(payload).toEqual({
    type: "execution.output",
    timestamp: "2026-01-05T12:00:00.000Z",
    data: {
      handName: "oracle",
      executionId: "01execution",
      format: "markdown",
      output: outputTo(url).payload,
    },
  });
  expect(request?.headers["webhook-id"]).toBe("01delivery");
  const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
  expect(() =>
    new Webhook(other).verify(request?.body ?? "", request?.headers as Record<string, string>),
  ).toThrow();
});

test.each([
  [410, false],
  [404, false],
  [400, false],
  [401, false],
  [302, false],
  [408, true],
  [425, true],
  [429, true],
  [500, true],
  [503, true],
])("an answer of %i is a failure; to be tried again: %s", async (status, retryable) => {
  const failure = await deliver([[status]]);
  expect(failure).toMatchObject({ code: "delivery_failed", details: { status, retryable } });
});

test("a redirect is not followed", async () => {
  const { url: target, requests } = await openReceiver([[204]]);
  await deliver([[307, { location: target }]]);
  expect(requests).toEqual([]);
});

test("Retry-After is read as seconds and as a date", async () => {
  expect((await deliver([[429, { "retry-after": "120" }]])).details["retryAfterMs"]).toBe(120_000);
  const at = new Date(Date.now() + 3_000_000).toUTCString();
  const { retryAfterMs } = (await deliver([[503, { "retry-after": at }]])).details;
  // Half an hour for a machine that is slow.
  expect(retryAfterMs).toBeGreaterThan(1_200_000);
  expect(retryAfterMs).toBeLessThanOrEqual(3_000_000);
  expect((await deliver([[503, { "retry-after": "soon" }]])).details["retryAfterMs"]).toBeNull();
  expect((await deliver([[503]])).details["retryAfterMs"]).toBeNull();
});

test("a receiver that is not there may come back, and the address is the one that was approved", async () => {
  const clock = createFakeClock();
  const seen: string[] = [];
  const channel = createWebhookChannel(
    { name: "hook", url: "http://127.0.0.1:9/now", secret: SECRET },
    {
      clock,
      send: (url) => {
        seen.push(url);
        return Promise.reject(new TypeError("fetch failed"));
      },
    },
  );
  await expect(
    channel.deliver(outputTo("http://127.0.0.1:9/approved"), new AbortController().signal),
  ).rejects.toMatchObject({ code: "delivery_failed", details: { retryable: true } });
  expect(seen).toEqual(["http://127.0.0.1:9/approved"]);
});

test("stopping ends a request under way", async () => {
  const stop = new AbortController();
  const channel = createWebhookChannel(
    { name: "hook", url: "http://127.0.0.1:9/", secret: SECRET },
    {
      clock: systemClock,
      send: (_url, init) =>
        new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason))),
    },
  );
  const delivery = channel.deliver(outputTo("http://127.0.0.1:9/"), stop.signal);
  stop.abort(new HandsError("stopping", "the process is stopping"));
  await expect(delivery).rejects.toMatchObject({ code: "delivery_failed", details: { retryable: true } });
});

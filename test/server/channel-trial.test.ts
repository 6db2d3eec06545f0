import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { Answer } from "../support/webhook-receiver.ts";
import { openReceiver } from "../support/webhook-receiver.ts";
import { openServerBench } from "./server-bench.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const TEST_CHANNEL = "/api/settings/test-channel";

async function openWithReceiver(...answers: readonly Answer[]) {
  const receiver = await openReceiver(answers);
  const channels = [{ name: "ops", type: "webhook", url: receiver.url, secret: SECRET }] as const;
  const bench = await openServerBench({ config: { channels } });
  return { bench, requests: receiver.requests };
}

test("a trial of a channel really delivers one signed message that says that it is a test", async () => {
  const { bench, requests } = await openWithReceiver([204]);
  const answer = await bench.post(TEST_CHANNEL, { name: "ops" });
  expect(answer).toMatchObject({ status: 200, json: { isOk: true } });
  expect(requests).toHaveLength(1);
  const [request] = requests;
  const headers = request?.headers as Record<string, string>;
  const message = new Webhook(SECRET).verify(request?.body ?? "", headers);
  expect(message).toMatchObject({
    type: "notice.trial",
    data: {
      title: "This is a test message",
      text: expect.stringMatching(/^token:admin asked/),
    },
  });
  expect(answer.json.message).toContain(headers["webhook-id"]);
  const otherSecret = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
  expect(() => new Webhook(otherSecret).verify(request?.body ?? "", headers)).toThrow();
});

test("what the receiver refused is said with its status, and nothing is sent twice", async () => {
  const { bench, requests } = await openWithReceiver([503]);
  const { status, json } = await bench.post(TEST_CHANNEL, { name: "ops" });
  expect(status).toBe(200);
  expect(json).toMatchObject({ isOk: false, message: expect.stringContaining("ops answered 503") });
  expect(json.message).not.toContain(SECRET);
  expect(requests).toHaveLength(1);
});

test("a receiver that is not there is said, without the channel's address or secret", async () => {
  const channels = [
    { name: "gone", type: "webhook", url: "http://127.0.0.1:1/key-4711", secret: SECRET },
  ] as const;
  const bench = await openServerBench({ config: { channels } });
  const { json } = await bench.post(TEST_CHANNEL, { name: "gone" });
  expect(json).toMatchObject({ isOk: false, message: expect.stringContaining("could not reach gone") });
  expect(json.message).not.toMatch(/key-4711|whsec_/);
});

test("an unknown channel is not found, and who is no admin sends nothing", async () => {
  const { bench, requests } = await openWithReceiver([204]);
  const unknown = await bench.post(TEST_CHANNEL, { name: "opps" });
  expect(unknown).toMatchObject({ status: 404, json: { error: { hint: expect.stringContaining("ops") } } });
  const token = await bench.token("read", "trigger", "decide");
  expect((await bench.ask("POST", TEST_CHANNEL, { token, body: { name: "ops" } })).status).toBe(403);
  expect(requests).toEqual([]);
});

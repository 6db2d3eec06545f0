import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { Channel } from "../../src/channels/index.ts";
import { createChannelSet, createWebhookChannel } from "../../src/channels/index.ts";
import { HandsError, systemClock } from "../../src/core/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import type { RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { scriptHand } from "../support/simple-hands.ts";
import { openReceiver } from "../support/webhook-receiver.ts";

interface SentOutput {
  readonly deliveryId: string;
  readonly payload: string;
  readonly destination: string;
}

/** A channel that remembers what it sent, and fails as often as it is told to. */
function createTestChannel(failures: readonly HandsError[] = [], name = "news") {
  const sent: SentOutput[] = [];
  let attempts = 0;
  const channel: Channel = {
    name,
    destination: "news://first",
    async deliver({ deliveryId, payload, destination }) {
      attempts += 1;
      const failure = failures[attempts - 1];
      if (failure !== undefined) throw failure;
      sent.push({ deliveryId, payload, destination });
      return null;
    },
  };
  return { channel, sent, attempts: () => attempts };
}

async function openHerald(more: string, options: RunnerBenchOptions & { readonly body?: string } = {}) {
  const { body = 'return "the news";', ...rest } = options;
  const bench = await openRunnerBench(rest);
  bench.writeHand("herald", scriptHand("herald", body, { more }));
  return bench;
}

const failing = (details: Record<string, unknown>) =>
  new HandsError("delivery_failed", "it failed", { details });
const GATED = '[output]\nchannel = "news"\n[approval_gates]\nbroadcast = { description = "Send the news" }\n';

test("file_drop: the output is in a file of its own, and the record says where", async () => {
  const bench = await openHerald('[output]\nfile_drop = "out/news/"\n');
  const ended = await bench.run("herald");
  const [delivery] = await bench.deliveries(ended.id);
  expect(delivery).toMatchObject({ channel: "file", status: "delivered", attempts: 1 });
  expect(readFileSync(delivery?.result ?? "", "utf8")).toBe("the news");
  expect(path.dirname(delivery?.result ?? "")).toBe(path.join(bench.dir, "out", "news"));
  expect(JSON.parse(ended.files_generated_json)).toEqual([delivery?.result]);
});

test('"Delivered" was a log line: a folder that cannot be written to is retried and then failed, visibly, and the outcome stands', async () => {
  const clock = createFakeClock();
  const bench = await openHerald('[output]\nfile_drop = "out"\n', { clock });
  writeFileSync(path.join(bench.dir, "out"), "in the way");
  const ended = await bench.run("herald");
  expect(ended).toMatchObject({ outcome: "success", files_generated_json: "[]" });
  expect(await bench.deliveries(ended.id)).toMatchObject([
    { status: "retrying", attempts: 1, error: expect.stringContaining("could not write") },
  ]);
  for (let attempt = 2; attempt <= 10; attempt += 1) {
    clock.freezeProcess(86_400_000);
    await bench.runner.runHere(ended.id);
  }
  expect(await bench.deliveries(ended.id)).toMatchObject([{ status: "failed", attempts: 10 }]);
  expect(await bench.runner.getExecution(ended.id)).toMatchObject({ outcome: "success", error: null });
});

test.each([
  "hands/herald/skills",
  "hands",
  "data/versions",
  "data/versions/x",
  "data/workspaces/herald/door",
])("a file_drop to %s is refused, visibly, and writes nothing", async (folder) => {
  const bench = await openHerald(`[output]\nfile_drop = "${folder}"\n`);
  const ended = await bench.run("herald");
  expect(ended.outcome).toBe("success");
  expect(await bench.deliveries(ended.id)).toMatchObject([{ status: "failed", attempts: 1, result: null }]);
  const target = path.resolve(bench.dir, folder);
  expect(existsSync(target) ? readdirSync(target).filter((name) => name.startsWith("herald_")) : []).toEqual(
    [],
  );
});

test("an unknown channel fails visibly, with what to do, and the others are delivered", async () => {
  const { channel, sent } = createTestChannel();
  const bench = await openHerald('[output]\nchannel = ["telegramm", "news"]\n', {
    channels: createChannelSet([channel]),
  });
  const ended = await bench.run("herald");
  expect(ended.outcome).toBe("success");
  expect(await bench.deliveries(ended.id)).toMatchObject([
    { channel: "telegramm", status: "failed", error: expect.stringContaining("telegramm") },
    { channel: "news", status: "delivered" },
  ]);
  expect(sent).toHaveLength(1);
});

test("a webhook reaches its receiver once, signed, under the delivery's own id", async () => {
  const { url, requests } = await openReceiver([[204]]);
  const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  const send = (target: string, init: RequestInit) => fetch(target, init);
  const channel = createWebhookChannel({ name: "news", url, secret }, { clock: systemClock, send });
  const bench = await openHerald('[output]\nchannel = "news"\n', { channels: createChannelSet([channel]) });
  const ended = await bench.run("herald");
  const [delivery] = await bench.deliveries(ended.id);
  expect(delivery).toMatchObject({ status: "delivered", destination: url });
  expect(requests).toHaveLength(1);
  const headers = requests[0]?.headers as Record<string, string>;
  expect(headers["webhook-id"]).toBe(delivery?.id);
  expect(new Webhook(secret).verify(requests[0]?.body ?? "", headers)).toMatchObject({
    data: { output: "the news" },
  });
});

test("a receiver that asks for a pause of years is tried again after an hour", async () => {
  const clock = createFakeClock();
  const greedy = createTestChannel([failing({ retryable: true, retryAfterMs: 1e300 })]);
  const bench = await openHerald('[output]\nchannel = "news"\n', {
    clock,
    channels: createChannelSet([greedy.channel]),
  });
  const ended = await bench.run("herald");
  const [delivery] = await bench.deliveries(ended.id);
  expect(delivery).toMatchObject({
    status: "retrying",
    attempts: 1,
    error: expect.stringContaining("it failed"),
  });
  const waitMs = (delivery?.next_attempt_at ?? 0) - (ended.completed_at ?? 0);
  expect(waitMs).toBeGreaterThan(3_590_000);
  expect(waitMs).toBeLessThan(3_610_000);
});

test("what may work later is tried again under the same id, not before the receiver asked; what never will is not", async () => {
  const clock = createFakeClock();
  const later = createTestChannel([
    failing({ retryable: true }),
    failing({ retryable: true, retryAfterMs: 900_000 }),
  ]);
  const never = createTestChannel([failing({ retryable: false })], "gone");
  const bench = await openHerald('[output]\nchannel = ["news", "gone"]\n', {
    clock,
    channels: createChannelSet([later.channel, never.channel]),
  });
  const ended = await bench.run("herald");
  const state = async () =>
    (await bench.deliveries(ended.id)).map((row) => [row.channel, row.status, row.attempts]);
  expect(await state()).toEqual([
    ["news", "retrying", 1],
    ["gone", "failed", 1],
  ]);
  await bench.runner.start();
  await clock.advance(4000);
  expect(later.attempts()).toBe(1);
  await clock.advance(2000);
  await expect.poll(state).toContainEqual(["news", "retrying", 2]);
  clock.freezeProcess(890_000);
  await clock.advance(1000);
  expect(later.attempts()).toBe(2);
  await clock.advance(20_000);
  await expect.poll(state).toEqual([
    ["news", "delivered", 3],
    ["gone", "failed", 1],
  ]);
  expect(later.sent).toHaveLength(1);
});

test("a delivery that a dead process was sending is made by another one, under the same id", async () => {
  const clock = createFakeClock();
  const { channel, sent } = createTestChannel();
  const bench = await openHerald('[output]\nchannel = "news"\n', {
    clock,
    channels: createChannelSet([channel]),
  });
  const id = await bench.runner.trigger("herald");
  const dying = await bench.openSecond({
    channels: createChannelSet([
      {
        ...channel,
        deliver: (_output, signal) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      },
    ]),
  });
  void dying.runner.runHere(id);
  const status = async () => (await bench.deliveries(id))[0]?.status;
  await expect.poll(status, { timeout: 20_000 }).toBe("sending");
  await bench.runner.runHere(id);
  expect(sent).toEqual([]);
  clock.freezeProcess(61_000);
  await bench.runner.runHere(id);
  const [delivery] = await bench.deliveries(id);
  expect(delivery).toMatchObject({ status: "delivered", attempts: 2 });
  expect(sent).toEqual([{ deliveryId: delivery?.id, payload: "the news", destination: "news://first" }]);
}, 30_000);

test("a gated broadcast waits, bound to its text and destination, and goes where it was approved to go", async () => {
  const { channel, sent } = createTestChannel();
  const bench = await openHerald(GATED, { channels: createChannelSet([channel]) });
  const waiting = await bench.run("herald");
  expect(waiting).toMatchObject({ status: "waiting", reason: "approval", output: "the news" });
  const [approval] = await bench.approvals("pending");
  expect(JSON.parse(approval?.args_json ?? "")).toEqual({
    channel: "news",
    destination: "news://first",
    format: "markdown",
    payload: "the news",
  });
  expect(sent).toEqual([]);
  await bench.approve(approval?.id ?? "");
  const moved = await bench.openSecond({
    channels: createChannelSet([{ ...channel, destination: "news://second" }]),
  });
  expect(await moved.runner.runHere(waiting.id)).toMatchObject({ outcome: "success" });
  expect(sent).toMatchObject([{ payload: "the news", destination: "news://first" }]);
});

test("an edited text is the one that is sent, and nothing but the text can be edited", async () => {
  const { channel, sent } = createTestChannel();
  const bench = await openHerald(GATED, { channels: createChannelSet([channel]) });
  const waiting = await bench.run("herald");
  const [approval] = await bench.approvals("pending");
  const args = JSON.parse(approval?.args_json ?? "{}");
  for (const wrong of [
    { ...args, destination: "news://elsewhere" },
    { payload: "x" },
    { ...args, payload: 5 },
  ]) {
    await expect(
      bench.approve(approval?.id ?? "", { decision: { kind: "approve", args: wrong } }),
    ).rejects.toMatchObject({ code: "tool_arguments" });
  }
  await bench.approve(approval?.id ?? "", {
    decision: { kind: "approve", args: { ...args, payload: "better news" } },
  });
  expect(await bench.runner.runHere(waiting.id)).toMatchObject({ outcome: "success", output: "the news" });
  expect(sent).toMatchObject([{ payload: "better news" }]);
});

test("a rejected broadcast is not sent, and the execution has succeeded all the same", async () => {
  const { channel, sent } = createTestChannel();
  const bench = await openHerald(`${GATED}`, { channels: createChannelSet([channel]) });
  await bench.run("herald");
  const ended = await bench.decideNext("reject", "old news");
  expect(ended).toMatchObject({ outcome: "success", output: "the news" });
  expect(sent).toEqual([]);
  expect(await bench.deliveries(ended.id)).toEqual([]);
});

test("a script whose output is another one each time is asked about once, and what was approved is what is sent", async () => {
  const { channel, sent } = createTestChannel();
  const bench = await openHerald(GATED, {
    channels: createChannelSet([channel]),
    body: "return 'news ' + Math.random();",
  });
  const waiting = await bench.run("herald");
  const ended = await bench.decideNext("approve");
  expect(ended).toMatchObject({ outcome: "success", output: waiting.output });
  expect(sent).toMatchObject([{ payload: waiting.output }]);
  expect(await bench.approvals()).toHaveLength(1);
});

test("an operator's new deny rule holds back what was approved before it", async () => {
  const { channel, sent } = createTestChannel();
  const bench = await openHerald(GATED, { channels: createChannelSet([channel]) });
  const waiting = await bench.run("herald");
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "");
  const stricter = await bench.openSecond({
    policy: { deny: ["broadcast"], allowsAutoApprove: true, approvers: [] },
  });
  expect(await stricter.runner.runHere(waiting.id)).toMatchObject({ outcome: "success" });
  expect(sent).toEqual([]);
});

test("two gated channels are decided each for itself", async () => {
  const one = createTestChannel();
  const two = createTestChannel([], "wire");
  const bench = await openHerald(GATED.replace('"news"', '["news", "wire"]'), {
    channels: createChannelSet([one.channel, two.channel]),
  });
  const waiting = await bench.run("herald");
  const pending = await bench.approvals("pending");
  const idOf = (name: string) => pending.find((row) => row.args_json?.includes(`"${name}"`))?.id ?? "";
  await bench.approve(idOf("wire"));
  expect(await bench.runner.runHere(waiting.id)).toMatchObject({ status: "waiting" });
  expect(two.sent).toEqual([]);
  await bench.reject(idOf("news"));
  expect(await bench.runner.runHere(waiting.id)).toMatchObject({ outcome: "success" });
  expect([one.sent.length, two.sent.length]).toEqual([0, 1]);
});

test("an operator's deny rule on broadcast sends nothing and asks nobody, and the file is written", async () => {
  const { channel, sent } = createTestChannel();
  const bench = await openHerald(`[output]\nchannel = "news"\nfile_drop = "out"\n`, {
    channels: createChannelSet([channel]),
    policy: { deny: ["broadcast"], allowsAutoApprove: true, approvers: [] },
  });
  const ended = await bench.run("herald");
  expect(ended.outcome).toBe("success");
  expect(sent).toEqual([]);
  expect((await bench.deliveries(ended.id)).map((row) => row.channel)).toEqual(["file"]);
  expect((await bench.steps(ended.id)).map((step) => [step.kind, step.status])).toEqual([
    ["delivery", "denied"],
  ]);
});

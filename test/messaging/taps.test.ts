import { describe, expect, test } from "vitest";
import { sha256, systemRandom } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { approval, askInExecution, decide, readRow, rejection } from "../approvals/approval-fixture.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { describeEachStore } from "../support/stores.ts";
import type { FakeChannel } from "./fake-channel.ts";
import { createFakeChannel } from "./fake-channel.ts";
import type { MessagingOptions } from "./messaging-bench.ts";
import { ANN, eventually, openMemoryStore, readEventsOf, startMessaging } from "./messaging-bench.ts";

/** A request that was sent, and a channel that listens. */
async function openAsked(store: Store, options: Partial<MessagingOptions> = {}) {
  const row = await askInExecution(store, "e1");
  const telegram = createFakeChannel({ listens: true });
  const messaging = await startMessaging(store, { channels: [telegram], ...options });
  await eventually(() => {
    expect(telegram.shown).toHaveLength(1);
    expect(telegram.listening()).toBe(1);
  });
  return { row, telegram, messaging };
}

async function readRefusals(store: Store) {
  return (await readEventsOf(store, "request.refused")).map(({ data }) => data["because"]);
}

const tapBy = (channel: FakeChannel, token: string, sender: string = ANN) =>
  channel.tap({ token, sender, senderName: "Ann" });

describeEachStore("taps", (openStore) => {
  test("a tap of an approver decides, under the sender and the channel, and the message says by whom", async () => {
    const store = await openStore();
    const { row, telegram } = await openAsked(store);
    const answer = await tapBy(telegram, telegram.token("approve"));
    expect(answer).toEqual({ isDecided: true, text: "Approved: send_payment of oracle." });
    expect(await readRow(store, row.id)).toMatchObject({
      status: "approved",
      resolved_by: ANN,
      resolved_via: "telegram",
    });
    await eventually(() =>
      expect(telegram.last().items[0]?.outcome?.text).toMatch(
        /^approved by Ann \(telegram:12345\) through telegram, /,
      ),
    );
    const [tapped] = await readEventsOf(store, "request.tapped");
    expect(tapped?.data).toMatchObject({
      approvalId: row.id,
      sender: ANN,
      senderName: "Ann",
      decision: "approve",
    });
  });

  test("of many taps at once one decides, and the same button decides nothing again", async () => {
    const store = await openStore();
    const { row, telegram } = await openAsked(store);
    const [yes, no] = [telegram.token("approve"), telegram.token("reject")];
    const answers = await Promise.all([yes, yes, no, no, yes].map((token) => tapBy(telegram, token)));
    expect(answers.filter(({ isDecided }) => isDecided)).toHaveLength(1);
    const { status } = await readRow(store, row.id);
    for (const { isDecided, text } of answers) if (!isDecided) expect(text).toContain(`was ${status} by`);
    expect(await tapBy(telegram, yes)).toMatchObject({ isDecided: false });
  });

  test("no secret of a button is in the database or in an event, only its hash", async () => {
    const store = await openStore();
    const { telegram } = await openAsked(store);
    const token = telegram.token("approve");
    await tapBy(telegram, "AAAAAAAAAAAAAAAAAAAAAA");
    await tapBy(telegram, token);
    const tables = ["decision_tokens", "request_messages", "events", "approval_queue"] as const;
    const rows = await Promise.all(tables.map((table) => store.db.selectFrom(table).selectAll().execute()));
    const text = JSON.stringify(rows);
    expect(text).not.toContain(token);
    expect(text).not.toContain("AAAAAAAAAAAAAAAAAAAAAA");
    expect(text).toContain(sha256(`hands:decision:${token}`));
  });
});

describe("taps that decide nothing, and links", () => {
  test("the other button of a pair rejects", async () => {
    const store = await openMemoryStore();
    const { row, telegram } = await openAsked(store);
    expect(await tapBy(telegram, telegram.token("reject"))).toMatchObject({ isDecided: true });
    expect(await readRow(store, row.id)).toMatchObject({ status: "rejected", resolved_by: ANN });
  });

  test("The prompt went to whoever chatted: only who is listed decides, and an empty list is nobody", async () => {
    const store = await openMemoryStore();
    const { row, telegram, messaging } = await openAsked(store);
    const answer = await tapBy(telegram, telegram.token("approve"), "telegram:666");
    expect(answer.isDecided).toBe(false);
    expect(answer.text).toContain("telegram:666 may not decide");
    await messaging.stop();
    const nobody = await startMessaging(store, { channels: [telegram], approvers: [] });
    const tap = { token: telegram.token("approve"), sender: ANN, senderName: null };
    expect(await nobody.decisions.handlerFor("telegram")(tap)).toMatchObject({ isDecided: false });
    expect(await readRow(store, row.id)).toMatchObject({ status: "pending" });
    expect(await readRefusals(store)).toEqual(["not_an_approver", "not_an_approver"]);
  });

  test("A late tap was shown as approved: it is told what was decided, by whom and when, and changes nothing", async () => {
    const store = await openMemoryStore();
    const { row, telegram } = await openAsked(store);
    const token = telegram.token("approve");
    await decide(store, rejection(row.id, { by: "bob", via: "dashboard", note: "not today" }));
    const answer = await tapBy(telegram, token);
    expect(answer.isDecided).toBe(false);
    expect(answer.text).toMatch(
      /^Too late, this changed nothing: send_payment of oracle was rejected by bob through dashboard, \d{4}-.* UTC \(not today\)\.$/,
    );
    expect(await readRow(store, row.id)).toMatchObject({ status: "rejected", resolved_by: "bob" });
    expect(await readRefusals(store)).toEqual(["late"]);
  });

  test("A decision landed on another request: a button decides its own and no other", async () => {
    const store = await openMemoryStore();
    const { row, telegram } = await openAsked(store);
    const other = await askInExecution(store, "e2");
    await eventually(() => expect(telegram.shown).toHaveLength(2));
    await tapBy(telegram, telegram.token("approve"));
    expect(await readRow(store, other.id)).toMatchObject({ status: "approved" });
    expect(await readRow(store, row.id)).toMatchObject({ status: "pending" });
  });

  test("what is unknown, malformed, of another channel, of somebody else or expired decides nothing and says so", async () => {
    const store = await openMemoryStore();
    const row = await askInExecution(store, "e1");
    const telegram = createFakeChannel({ listens: true });
    const mail = createFakeChannel({ name: "email", linkRecipients: ["email:ann@x.org"] });
    const messaging = await startMessaging(store, {
      channels: [telegram, mail],
      approvers: [ANN, "email:ann@x.org", "email:bob@x.org"],
    });
    await eventually(() => expect([telegram, mail].map(({ shown }) => shown.length)).toEqual([1, 1]));
    const tap = (channel: string, token: string, sender: string) =>
      messaging.decisions.handlerFor(channel)({ token, sender, senderName: null });
    const answers = [
      await tap("telegram", "AAAAAAAAAAAAAAAAAAAAAA", ANN),
      await tap("telegram", "'; drop table approvals; --", ANN),
      await tap("telegram", mail.token("approve"), ANN),
      await tap("email", mail.token("approve"), "email:bob@x.org"),
      await messaging.decisions.decideByLink(telegram.token("approve")),
    ];
    await store.transaction((transaction) =>
      transaction.db.updateTable("decision_tokens").set({ expires_at: 1 }).execute(),
    );
    answers.push(await tap("telegram", telegram.token("approve"), ANN));
    expect(answers.map(({ isDecided }) => isDecided)).toEqual([false, false, false, false, false, false]);
    expect(await readRefusals(store)).toEqual([
      "unknown_token",
      "unknown_token",
      "wrong_channel",
      "wrong_recipient",
      "no_sender",
      "expired",
    ]);
    expect(await readRow(store, row.id)).toMatchObject({ status: "pending" });
  });

  test("a link counts as the tap of the one it was sent to", async () => {
    const store = await openMemoryStore();
    const row = await askInExecution(store, "e1");
    const mail = createFakeChannel({ name: "email", linkRecipients: ["email:ann@x.org"] });
    const messaging = await startMessaging(store, { channels: [mail], approvers: ["email:ann@x.org"] });
    await eventually(() => expect(mail.shown).toHaveLength(1));
    expect(await messaging.decisions.decideByLink(mail.token("reject"))).toMatchObject({ isDecided: true });
    expect(await readRow(store, row.id)).toMatchObject({
      status: "rejected",
      resolved_by: "email:ann@x.org",
      resolved_via: "email",
    });
  });

  test("whoever presses wrong buttons without end is told to wait and fills no record, and others decide meanwhile", async () => {
    const store = await openMemoryStore();
    const { row, telegram } = await openAsked(store);
    for (let count = 0; count < 25; count += 1) {
      const guess = Buffer.from(systemRandom.bytes(16)).toString("base64url");
      await telegram.tap({ token: guess, sender: "telegram:666" });
    }
    expect((await telegram.tap({ token: "wrong", sender: "telegram:666" })).text).toContain("Wait a minute");
    expect((await readRefusals(store)).length).toBeLessThanOrEqual(21);
    expect(await tapBy(telegram, telegram.token("approve"))).toMatchObject({ isDecided: true });
    expect(await readRow(store, row.id)).toMatchObject({ status: "approved" });
  });

  test("a decision made elsewhere while the tap is judged is what the tap is told", async () => {
    const store = await openMemoryStore();
    const { row, telegram } = await openAsked(store);
    const answers = await Promise.all([
      tapBy(telegram, telegram.token("approve")),
      decide(store, approval(row.id, { decision: { kind: "reject" } })),
    ]);
    expect(answers[0].isDecided).not.toBe(answers[1].won);
    expect((await readRow(store, row.id)).status).toBe(answers[0].isDecided ? "approved" : "rejected");
  });
});

describeEachStore("listening", (openStore) => {
  test("a process that stops while it takes its turn to listen does not begin to", async () => {
    const store = await openStore();
    const telegram = createFakeChannel({ listens: true });
    const messaging = await startMessaging(store, { channels: [telegram] });
    await messaging.stop();
    expect(telegram.listenCount()).toBe(0);
    const next = await startMessaging(store, { channels: [telegram] });
    await eventually(() => expect(telegram.listening()).toBe(1));
    await next.stop();
  });

  test("of two processes one listens, and when it stops the other follows", async () => {
    const [left, right] = [await openStore(), await openStore()];
    const clocks = [createFakeClock(), createFakeClock()] as const;
    const channels = [createFakeChannel({ listens: true }), createFakeChannel({ listens: true })] as const;
    const first = await startMessaging(left, { channels: [channels[0]], clock: clocks[0] });
    await eventually(() => expect(channels[0].listening()).toBe(1));
    await startMessaging(right, { channels: [channels[1]], clock: clocks[1] });
    for (let count = 0; count < 6; count += 1) {
      await clocks[0].advance(5_000);
      await clocks[1].advance(5_000);
    }
    expect(channels.map((channel) => channel.listenCount())).toEqual([1, 0]);
    await first.stop();
    expect(channels[0].listening()).toBe(0);
    await eventually(async () => {
      await clocks[1].advance(10_000);
      expect(channels[1].listening()).toBe(1);
    });
  });
});

describe("one listener", () => {
  test("a process that died loses the channel half a minute later", async () => {
    const store = await openMemoryStore();
    await store.transaction((transaction) =>
      transaction.db
        .insertInto("runtime_state")
        .values({ key: "listener:telegram", value: `dead ${transaction.nowMs - 1}`, updated_at: 0 })
        .execute(),
    );
    const telegram = createFakeChannel({ listens: true });
    await startMessaging(store, { channels: [telegram] });
    await eventually(() => expect(telegram.listening()).toBe(1));
  });

  test("a listener that fails is started again, later each time, and stops with the process", async () => {
    const store = await openMemoryStore();
    const clock = createFakeClock();
    const telegram = createFakeChannel({ listens: true });
    const messaging = await startMessaging(store, { channels: [telegram], clock });
    for (const pauseMs of [1_000, 2_000, 4_000]) {
      await eventually(() => expect(telegram.listening()).toBe(1));
      const before = telegram.listenCount();
      telegram.dropListeners();
      await eventually(() => expect(telegram.listening()).toBe(0));
      await clock.advance(pauseMs - 1);
      expect(telegram.listenCount()).toBe(before);
      await eventually(async () => {
        await clock.advance(1);
        expect(telegram.listenCount()).toBe(before + 1);
      });
    }
    await messaging.stop();
    expect(telegram.listening()).toBe(0);
  });
});

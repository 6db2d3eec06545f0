import { describe, expect, test } from "vitest";
import {
  requestApproval,
  restartAutoApproveClocks,
  stopAutoApproveClocks,
} from "../../src/approvals/index.ts";
import { abortable, systemClock } from "../../src/core/index.ts";
import type { Store, StoreTransaction } from "../../src/store/index.ts";
import { listSendings, restartAutoApproveDelays } from "../../src/store/index.ts";
import {
  approval,
  askInExecution,
  askUnknown,
  decide,
  insertStep,
  makeRequest,
  readRow,
} from "../approvals/approval-fixture.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { describeEachStore } from "../support/stores.ts";
import { createFakeChannel, passing, permanent } from "./fake-channel.ts";
import {
  createMessaging,
  endPauses,
  eventually,
  openMemoryStore,
  readEventsOf,
  startMessaging,
} from "./messaging-bench.ts";

const automatic = {
  autoApproveAfterMs: 3_600_000,
  expiresAfterMs: null,
  autoApproveClock: "starts_on_delivery",
} as const;

/** One more request of an execution that asked already. */
async function askMore(store: Store, executionId: string, stepIndex: number) {
  return await store.transaction(async (transaction) => {
    await insertStep(transaction, {
      executionId,
      stepIndex,
      status: "awaiting",
      args: { to: "bob", amount: 1 },
    });
    return await requestApproval(
      transaction,
      makeRequest({ executionId, stepIndex, args: { to: "bob", amount: 1 }, argsHash: null }),
    );
  });
}

async function readMessages(store: Store) {
  return await store.db.selectFrom("request_messages").selectAll().orderBy("created_at").execute();
}

describeEachStore("requests that go out", (openStore) => {
  test("every request of one execution is in one message, and goes to each channel that can ask", async () => {
    const store = await openStore();
    const first = await askInExecution(store, "e1");
    const second = await askMore(store, "e1", 1);
    const other = await askInExecution(store, "e2");
    const telegram = createFakeChannel();
    const mail = createFakeChannel({ name: "email", linkRecipients: ["email:ann@x.org", "email:bob@x.org"] });
    const silent = createFakeChannel({ name: "files" });
    await startMessaging(store, { channels: [telegram, mail, { ...silent, requests: undefined } as never] });
    await eventually(() => {
      expect(telegram.shown).toHaveLength(2);
      expect(mail.shown).toHaveLength(4);
    });
    expect(silent.shown).toHaveLength(0);
    const byExecution = new Map(telegram.shown.map(({ message }) => [message.executionId, message]));
    expect(byExecution.get("e1")?.items.map((item) => item.approvalId)).toEqual([first.id, second.id]);
    expect(byExecution.get("e2")?.items.map((item) => item.approvalId)).toEqual([other.id]);
    expect(mail.shown.map(({ recipient }) => recipient).toSorted()).toEqual([
      "email:ann@x.org",
      "email:ann@x.org",
      "email:bob@x.org",
      "email:bob@x.org",
    ]);
    const item = byExecution.get("e1")?.items[0];
    expect(item?.argumentsText).toContain('"amount": 250');
    expect(item?.buttons.map(({ decision }) => decision)).toEqual(["approve", "reject"]);
    const [button] = item?.buttons ?? [];
    expect(button?.token).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(button?.url).toBe(`https://hands.example.com/decide/${button?.token}`);
    expect(byExecution.get("e1")?.pageUrl).toBe("https://hands.example.com/executions/e1");
    await eventually(async () =>
      expect((await listSendings(store, [first])).get(first.id)).toMatchObject([
        { status: "delivered", error: null },
        { status: "delivered" },
        { status: "delivered" },
      ]),
    );
  });

  test("a decision made anywhere edits every message, with who, through what and when, and then what came of it", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const [telegram, slack] = [createFakeChannel(), createFakeChannel({ name: "slack" })];
    await startMessaging(store, { channels: [telegram, slack] });
    await eventually(() => expect([telegram, slack].map(({ shown }) => shown.length)).toEqual([1, 1]));
    await decide(store, { ...approval(row.id), by: "ann", via: "dashboard" });
    for (const channel of [telegram, slack]) {
      await eventually(() =>
        expect(channel.last().items[0]?.outcome?.text).toMatch(
          /^approved by ann through dashboard, \d{4}-\d\d-\d\d \d\d:\d\d UTC; under way$/,
        ),
      );
      expect(channel.last().items[0]?.buttons).toEqual([]);
    }
    await store.transaction(async (transaction) => {
      await transaction.db
        .updateTable("execution_steps")
        .set({ status: "failed", error_json: JSON.stringify({ message: "no money" }) })
        .where("execution_id", "=", "e1")
        .execute();
      transaction.notify({ kind: "execution", executionId: "e1", handName: "oracle" });
    });
    await eventually(() => expect(slack.last().items[0]?.outcome?.text).toMatch(/; it failed: no money$/));
    await eventually(async () =>
      expect((await readMessages(store)).every((message) => message.closed_at !== null)).toBe(true),
    );
    for (const message of await readMessages(store)) expect(message.shown_version).toBeGreaterThan(1);
  });

  test("what fails is tried again, with secrets of its own, and the execution is left as it is", async () => {
    const store = await openStore();
    await askInExecution(store, "e1");
    const telegram = createFakeChannel();
    telegram.failures.push(passing("no answer"), passing("no answer"));
    await startMessaging(store, { channels: [telegram] });
    for (const attempts of [1, 2]) {
      await eventually(async () =>
        expect((await readMessages(store))[0]).toMatchObject({ status: "retrying", attempts }),
      );
      expect((await readMessages(store))[0]?.error).toContain("no answer");
      await endPauses(store);
    }
    await eventually(() => expect(telegram.shown).toHaveLength(1));
    await eventually(async () =>
      expect((await readEventsOf(store, "request.retrying", "request.sent")).map(({ type }) => type)).toEqual(
        ["request.retrying", "request.retrying", "request.sent"],
      ),
    );
    const execution = await store.db.selectFrom("hand_executions").selectAll().executeTakeFirstOrThrow();
    expect(execution).toMatchObject({ status: "waiting", outcome: "approval_pending", error: null });
  });

  test("two processes over one store ask once, and a second store that comes later asks nothing again", async () => {
    const [left, right] = [await openStore(), await openStore()];
    const telegram = createFakeChannel({ onSend: () => new Promise((resolve) => setImmediate(resolve)) });
    await Promise.all([
      startMessaging(left, { channels: [telegram] }),
      startMessaging(right, { channels: [telegram] }),
    ]);
    await Promise.all(["a", "b", "c", "d"].map((id) => askInExecution(left, id)));
    await eventually(() => expect(telegram.shown.length).toBeGreaterThanOrEqual(4));
    await startMessaging(await openStore(), { channels: [telegram] });
    await eventually(async () =>
      expect((await readMessages(left)).map((row) => row.status)).toEqual([
        "delivered",
        "delivered",
        "delivered",
        "delivered",
      ]),
    );
    expect(telegram.shown.map(({ message }) => message.executionId).toSorted()).toEqual(["a", "b", "c", "d"]);
  });

  test("a process that died between sending and recording sends again under the same id, and either button decides", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const telegram = createFakeChannel({ listens: true });
    const first = await startMessaging(store, { channels: [telegram] });
    await eventually(() => expect(telegram.shown).toHaveLength(1));
    await eventually(async () => expect((await readMessages(store))[0]?.status).toBe("delivered"));
    await first.stop();
    const token = telegram.token("approve");
    await store.transaction((transaction) =>
      transaction.db
        .updateTable("request_messages")
        .set({
          status: "sending",
          sent_at: null,
          reference: null,
          lease_owner: "dead",
          lease_until: transaction.nowMs - 1,
        })
        .execute(),
    );
    await startMessaging(store, { channels: [telegram] });
    await eventually(() => expect(telegram.shown).toHaveLength(2));
    expect(telegram.shown[1]?.message.messageId).toBe(telegram.shown[0]?.message.messageId);
    expect(telegram.token("approve")).not.toBe(token);
    await eventually(() => expect(telegram.listening()).toBe(1));
    expect(await telegram.tap({ token, sender: "telegram:12345" })).toMatchObject({ isDecided: true });
    expect(await readRow(store, row.id)).toMatchObject({ status: "approved" });
  });

  test("the delay of an automatic approval begins when the request reached a channel, and not before", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1", automatic);
    const telegram = createFakeChannel();
    telegram.failures.push(passing("no answer"));
    await startMessaging(store, { channels: [telegram] });
    await eventually(async () => expect((await readMessages(store))[0]?.status).toBe("retrying"));
    expect(await readRow(store, row.id)).toMatchObject({ auto_approve_at: null });
    await endPauses(store);
    await eventually(() => expect(telegram.shown).toHaveLength(1));
    await eventually(async () => expect((await readRow(store, row.id)).auto_approve_at).not.toBeNull());
    // The message says when it will approve itself, though the clock began only with it; that is no reason for an edit.
    expect(telegram.last().items[0]?.autoApproveAt).toBeGreaterThan(row.created_at + 3_000_000);
    await endPauses(store);
    expect(telegram.shown).toHaveLength(1);
  });

  type Move = (transaction: StoreTransaction) => Promise<unknown>;
  const nothing: Move = async () => {};

  test.each<readonly [when: string, before: Move, move: Move]>([
    ["delays begin anew", nothing, restartAutoApproveDelays],
    [
      "a pause ends",
      (transaction) => stopAutoApproveClocks(transaction, null),
      (transaction) => restartAutoApproveClocks(transaction, null),
    ],
  ])(
    "a message shows the new instant at which its request approves itself when %s",
    async (_, before, move) => {
      const store = await openStore();
      const row = await askInExecution(store, "e1", automatic);
      const telegram = createFakeChannel();
      await startMessaging(store, { channels: [telegram] });
      await eventually(async () => expect((await readRow(store, row.id)).auto_approve_at).not.toBeNull());
      await eventually(async () => expect((await readMessages(store))[0]?.status).toBe("delivered"));
      await store.transaction(before);
      await systemClock.sleep(20);
      await store.transaction(move);
      const movedTo = Number((await readRow(store, row.id)).auto_approve_at);
      await eventually(() => expect(telegram.last().items[0]?.autoApproveAt).toBe(movedTo));
      expect(telegram.shown).toHaveLength(2);
    },
  );
});

describe("a request on its way", () => {
  test("only the channels that notify names are asked through", async () => {
    const store = await openMemoryStore();
    await askInExecution(store, "e1");
    const [telegram, slack] = [createFakeChannel(), createFakeChannel({ name: "slack" })];
    await startMessaging(store, { channels: [telegram, slack], notify: ["slack"] });
    await eventually(() => expect(slack.shown).toHaveLength(1));
    expect(telegram.shown).toHaveLength(0);
    expect(() => createMessaging(store, { channels: [telegram], notify: ["slack"] })).toThrow(
      'people cannot be asked through the channel "slack"',
    );
  });

  test("a further request joins the message by an edit, and once all of it is decided begins a new one", async () => {
    const store = await openMemoryStore();
    const first = await askInExecution(store, "e1");
    const telegram = createFakeChannel();
    await startMessaging(store, { channels: [telegram] });
    await eventually(() => expect(telegram.shown).toHaveLength(1));
    const second = await askMore(store, "e1", 1);
    await eventually(() => expect(telegram.last().items).toHaveLength(2));
    expect(telegram.shown.map(({ kind }) => kind)).toEqual(["ask", "update"]);
    await decide(store, approval(first.id));
    await decide(store, approval(second.id));
    await eventually(() =>
      expect(telegram.last().items.map((item) => item.outcome?.status)).toEqual(["approved", "approved"]),
    );
    const third = await askMore(store, "e1", 2);
    await eventually(() => expect(telegram.shown.filter(({ kind }) => kind === "ask")).toHaveLength(2));
    expect(telegram.last().items.map((item) => item.approvalId)).toEqual([third.id]);
  });

  test("where a message cannot be edited, a further request is a message of its own, and nothing is asked twice", async () => {
    const store = await openMemoryStore();
    const first = await askInExecution(store, "e1");
    const ntfy = createFakeChannel({ name: "ntfy", linkRecipients: ["ntfy:ops"], canEdit: false });
    await startMessaging(store, { channels: [ntfy] });
    await eventually(() => expect(ntfy.shown).toHaveLength(1));
    const second = await askMore(store, "e1", 1);
    await eventually(() => expect(ntfy.shown).toHaveLength(2));
    expect(ntfy.shown.map(({ message }) => message.items.map((item) => item.approvalId))).toEqual([
      [first.id],
      [second.id],
    ]);
    await decide(store, approval(first.id));
    await decide(store, approval(second.id));
    await eventually(async () =>
      expect((await readMessages(store)).every((row) => row.closed_at !== null)).toBe(true),
    );
    expect(ntfy.shown).toHaveLength(2);
  });

  test("a request that was decided before it was sent is not sent any more", async () => {
    const store = await openMemoryStore();
    const row = await askInExecution(store, "e1");
    const telegram = createFakeChannel();
    telegram.failures.push(passing("later"));
    await startMessaging(store, { channels: [telegram] });
    await eventually(async () => expect((await readMessages(store))[0]?.status).toBe("retrying"));
    await decide(store, approval(row.id));
    await eventually(async () => expect((await readMessages(store))[0]?.status).toBe("withdrawn"));
    await endPauses(store);
    expect(telegram.shown).toEqual([]);
  });

  test("a question whether something happened is sent without buttons", async () => {
    const store = await openMemoryStore();
    await askUnknown(store, "e1");
    const telegram = createFakeChannel();
    await startMessaging(store, { channels: [telegram] });
    await eventually(() => expect(telegram.shown).toHaveLength(1));
    expect(telegram.last().items[0]?.buttons).toEqual([]);
  });

  test("a request that reaches nobody for good says so, and its delay never begins", async () => {
    const store = await openMemoryStore();
    const row = await askInExecution(store, "e1", automatic);
    const [telegram, slack] = [createFakeChannel(), createFakeChannel({ name: "slack" })];
    telegram.failures.push(permanent("chat not found"));
    slack.failures.push(permanent("token revoked"));
    await startMessaging(store, { channels: [telegram, slack] });
    await eventually(async () => expect(await readEventsOf(store, "request.unreachable")).toHaveLength(1));
    const [event] = await readEventsOf(store, "request.unreachable");
    expect(event?.data).toMatchObject({ approvalIds: [row.id] });
    expect(event?.data["channels"]).toEqual(expect.arrayContaining(["slack", "telegram"]));
    const sendings = (await listSendings(store, [row])).get(row.id) ?? [];
    expect(sendings.map(({ status }) => status)).toEqual(["failed", "failed"]);
    expect(sendings.map(({ error }) => error).join()).toContain("chat not found");
    expect(await readRow(store, row.id)).toMatchObject({ status: "pending", auto_approve_at: null });
  });

  test("one channel that fails for good does not keep another from starting the delay", async () => {
    const store = await openMemoryStore();
    const row = await askInExecution(store, "e1", automatic);
    const [telegram, slack] = [createFakeChannel(), createFakeChannel({ name: "slack" })];
    telegram.failures.push(permanent("chat not found"));
    await startMessaging(store, { channels: [telegram, slack] });
    await eventually(async () => expect((await readRow(store, row.id)).auto_approve_at).not.toBeNull());
    expect(await readEventsOf(store, "request.unreachable")).toEqual([]);
  });

  test("a delay that waited for a channel which is not configured any more begins with the next start", async () => {
    const store = await openMemoryStore();
    const row = await askInExecution(store, "e1", automatic);
    await startMessaging(store, { channels: [] });
    expect((await readRow(store, row.id)).auto_approve_at).toBeGreaterThanOrEqual(row.created_at + 3_600_000);
  });

  test("an edit that can never be made becomes a new message while something still waits", async () => {
    const store = await openMemoryStore();
    await askInExecution(store, "e1");
    const telegram = createFakeChannel();
    await startMessaging(store, { channels: [telegram] });
    await eventually(async () => expect((await readMessages(store))[0]?.status).toBe("delivered"));
    telegram.failures.push(permanent("message to edit not found"));
    await askMore(store, "e1", 1);
    await eventually(() => expect(telegram.shown).toHaveLength(2));
    expect(telegram.shown[1]).toMatchObject({ kind: "ask" });
    expect(telegram.last().items).toHaveLength(2);
  });
});

test("a channel that never answers is left after three quarters of a minute, and asked again", async () => {
  const clock = createFakeClock();
  const store = await openMemoryStore(clock);
  const asked: AbortSignal[] = [];
  const channel = createFakeChannel({
    onSend: async (_shown, signal) => {
      asked.push(signal);
      if (asked.length === 1) await abortable(new Promise(() => {}), signal);
    },
  });
  await startMessaging(store, { channels: [channel], clock });
  await askInExecution(store, "e1");
  await eventually(() => expect(asked.length).toBe(1));
  await clock.advance(44_000);
  expect([asked[0]?.aborted, channel.shown]).toEqual([false, []]);
  await clock.advance(1_000);
  expect(asked[0]?.reason).toMatchObject({ code: "timeout", message: "no answer within 45000 ms" });
  await eventually(async () => {
    const [row] = await readMessages(store);
    expect(row).toMatchObject({
      status: "retrying",
      attempts: 1,
      error: expect.stringContaining("no answer"),
    });
  });
  await eventually(async () => {
    await clock.advance(1_000);
    expect(channel.shown.length).toBe(1);
  });
});

import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { appendEvent, sealEvents } from "../../src/store/index.ts";
import { ask } from "../approvals/approval-fixture.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { describeEachStore } from "../support/stores.ts";
import { createFakeChannel, passing, permanent } from "./fake-channel.ts";
import { endPauses, eventually, openMemoryStore, readEventsOf, startMessaging } from "./messaging-bench.ts";

const alerts = { channels: ["telegram"], digest: null };

/** Something happened, and has its place among the events. */
async function happen(store: Store, type: string, data: JsonValue = {}, handName: string | null = "scout") {
  await store.transaction((transaction) =>
    appendEvent(transaction, { type, handName, executionId: "e1", data }),
  );
  await sealEvents(store);
}

const fail = (store: Store, message: string, handName = "scout") =>
  happen(store, "execution.failed", { error: { code: "timeout", message } }, handName);
const succeed = (store: Store, handName = "scout") => happen(store, "execution.succeeded", {}, handName);

async function readNotices(store: Store) {
  return await store.db.selectFrom("notices").selectAll().orderBy("created_at").orderBy("id").execute();
}

describeEachStore("notices", (openStore) => {
  test("Failure spam: one alert when a hand starts to fail, none while it goes on, one message when it recovers", async () => {
    const store = await openStore();
    await fail(store, "history tells nothing");
    const telegram = createFakeChannel();
    await startMessaging(store, { channels: [telegram], alerts });
    await eventually(async () =>
      expect(
        await store.db
          .selectFrom("runtime_state")
          .selectAll()
          .where("key", "=", "notices.position")
          .execute(),
      ).toHaveLength(1),
    );
    for (const message of ["no network", "no network", "still none"]) await fail(store, message);
    await fail(store, "another hand", "oracle");
    await succeed(store);
    await succeed(store);
    await eventually(() => expect(telegram.notices).toHaveLength(3));
    expect(telegram.notices.map(({ kind, title }) => [kind, title]).toSorted()).toEqual([
      ["alert", "oracle has started to fail"],
      ["alert", "scout has started to fail"],
      ["recovery", "scout succeeds again"],
    ]);
    const alert = telegram.notices.find(({ title }) => title.startsWith("scout has"));
    expect(alert?.text).toContain("no network");
    expect(alert?.url).toBe("https://hands.example.com/executions/e1");
    expect(telegram.notices.find(({ kind }) => kind === "recovery")?.text).toContain("3 times");
    await fail(store, "again");
    await eventually(() => expect(telegram.notices).toHaveLength(4));
    expect(telegram.notices.at(-1)).toMatchObject({ kind: "alert", title: "scout has started to fail" });
  });

  test("of two processes over one store each notice comes once, and a crash between sending and recording repeats it under its id", async () => {
    const [left, right] = [await openStore(), await openStore()];
    const telegram = createFakeChannel();
    const first = await startMessaging(left, { channels: [telegram], alerts });
    await startMessaging(right, { channels: [telegram], alerts });
    await eventually(async () =>
      expect(
        await left.db.selectFrom("runtime_state").selectAll().where("key", "=", "notices.position").execute(),
      ).toHaveLength(1),
    );
    for (const name of ["a", "b", "c"]) await fail(left, "no", name);
    await eventually(async () =>
      expect((await readNotices(left)).map(({ status }) => status)).toEqual([
        "delivered",
        "delivered",
        "delivered",
      ]),
    );
    expect(telegram.notices).toHaveLength(3);
    await first.stop();
    await left.transaction((transaction) =>
      transaction.db
        .updateTable("notices")
        .set({ status: "sending", lease_owner: "dead", lease_until: transaction.nowMs - 1 })
        .where("hand_name", "=", "b")
        .execute(),
    );
    await endPauses(left);
    await eventually(() => expect(telegram.notices).toHaveLength(4));
    expect(new Set(telegram.notices.map(({ deliveryId }) => deliveryId)).size).toBe(3);
  });
});

describe("what else is told", () => {
  test("a hand that breaks, a hand that is mended, a hand that asks too much, a budget; a removed hand has not recovered", async () => {
    const store = await openMemoryStore();
    const telegram = createFakeChannel();
    await startMessaging(store, { channels: [telegram], alerts });
    await eventually(async () =>
      expect(await store.db.selectFrom("runtime_state").selectAll().execute()).toHaveLength(1),
    );
    const load = async (hands: Readonly<Record<string, boolean>>) => {
      await store.transaction(async (transaction) => {
        await transaction.db.deleteFrom("hands").execute();
        for (const [name, isHealthy] of Object.entries(hands)) {
          await transaction.db
            .insertInto("hands")
            .values({
              name,
              config_json: isHealthy ? "{}" : "null",
              enabled: 1,
              loaded_at: 0,
              hands_dir: "/hands",
              hand_dir: `/hands/${name}`,
              problems_json: JSON.stringify(isHealthy ? [] : [{ message: "no such tool" }]),
            })
            .execute();
        }
      });
      await happen(store, "hands.loaded", {}, null);
    };
    await load({ scout: false, oracle: false, echo: true });
    await load({ scout: false, oracle: false, echo: true });
    await load({ scout: true, echo: true });
    await happen(store, "hand.asks_too_much", { count: 20, bound: 20 });
    const money = { limitUsd: 10, spentUsd: 10.004, resetsAt: "2026-01-06T00:00:00.000Z" };
    await happen(store, "budget.reached", { scope: "hand", ...money });
    await happen(store, "budget.reached", { scope: "execution", ...money });
    await eventually(() => expect(telegram.notices).toHaveLength(4));
    const byKind = Object.groupBy(telegram.notices, ({ kind }) => kind);
    expect(byKind.alert?.map(({ title }) => title).toSorted()).toEqual([
      "2 hands are broken",
      "scout asks too much and is paused",
    ]);
    expect(byKind.alert?.map(({ text }) => text).join()).toContain("oracle: no such tool");
    expect(byKind.recovery).toMatchObject([{ title: "scout is mended" }]);
    expect(byKind.budget).toMatchObject([
      {
        title: "scout: the day's budget is used up",
        text: "$10.00 of $10.00 are spent. It resets 2026-01-06 00:00 UTC. What would cost more waits until then.",
      },
    ]);
  });

  test("a notice that fails is tried again, and one that fails for good is shown as failed", async () => {
    const store = await openMemoryStore();
    const telegram = createFakeChannel();
    telegram.failures.push(passing("busy"), permanent("chat not found"));
    await startMessaging(store, { channels: [telegram], alerts });
    await eventually(async () =>
      expect(await store.db.selectFrom("runtime_state").selectAll().execute()).toHaveLength(1),
    );
    await fail(store, "no");
    await eventually(async () =>
      expect(await readNotices(store)).toMatchObject([{ status: "retrying", attempts: 1 }]),
    );
    await endPauses(store);
    await eventually(async () => expect(await readNotices(store)).toMatchObject([{ status: "failed" }]));
    expect((await readNotices(store))[0]?.error).toContain("chat not found");
    expect((await readEventsOf(store, "notice.failed")).length).toBe(1);
  });

  test("the digest comes once a day at its time in its zone, tells what happened and what waits, and not where there is nothing", async () => {
    // Noon in UTC, 13:00 in Berlin.
    const clock = createFakeClock(Date.UTC(2026, 0, 5, 12));
    const store = await openMemoryStore(clock);
    const telegram = createFakeChannel();
    const digest = { at: "09:00", timezone: "Europe/Berlin" };
    await startMessaging(store, { channels: [telegram], clock, alerts: { channels: ["telegram"], digest } });
    const pass = async (durationMs: number) => {
      // No timer of the hours between has anything to do.
      clock.freezeProcess(durationMs - 1000);
      await clock.advance(1000);
    };
    await clock.advance(1000);
    await pass(20 * 3_600_000);
    expect(telegram.notices).toEqual([]);
    await ask(store);
    await store.transaction(async (transaction) => {
      for (const [id, outcome, cost] of [
        ["e1", "success", 0.5],
        ["e2", "success", null],
        ["e3", "timeout", 0.25],
      ] as const) {
        await transaction.db
          .insertInto("hand_executions")
          .values({
            id,
            hand_name: "scout",
            trigger: "manual",
            status: "ended",
            outcome,
            created_at: transaction.nowMs,
            completed_at: transaction.nowMs,
            output: "",
            attempt: 1,
            chain_json: "[]",
            files_generated_json: "[]",
            input_tokens: 0,
            output_tokens: 0,
            cost_usd: cost,
            reserved_cost_usd: 0,
            step_count: 0,
            fence: 1,
            lost_leases: 0,
            active_ms: 0,
            priority: 0,
            is_untrusted: 0,
          })
          .execute();
      }
    });
    await pass(23 * 3_600_000);
    expect(telegram.notices).toEqual([]);
    await pass(3_600_000);
    expect(telegram.notices).toHaveLength(1);
    expect(telegram.notices[0]).toMatchObject({
      kind: "digest",
      title: "The last day: 2 succeeded, 1 failed, 1 waiting",
      text: "scout: 2 succeeded, 1 failed\n1 waiting for a decision\nCost: $0.7500, and something whose price is not known",
    });
    expect(new Date(telegram.notices[0]?.createdAt ?? 0).toISOString()).toMatch(/^2026-01-07T08:00/);
  });
});

import { expect, test } from "vitest";
import type { Remember } from "../../src/approvals/index.ts";
import { decideApproval, listRules, revokeRule } from "../../src/approvals/index.ts";
import { hashJson } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { describeEachStore } from "../support/stores.ts";
import {
  approval,
  ask,
  askInExecution,
  askUnknown,
  decide,
  readEventData,
  readRow,
  rejection,
} from "./approval-fixture.ts";

const forHand: Remember = { scope: "hand", args: "exact" };

async function remember(store: Store, rule: Remember, change: Parameters<typeof ask>[1] = {}) {
  const row = await ask(store, change);
  const result = await decide(store, approval(row.id, { remember: rule }));
  expect(result.won).toBe(true);
  return row;
}
const statusOf = async (store: Store, change: Parameters<typeof ask>[1] = {}) =>
  (await ask(store, change)).status;

describeEachStore("a remembered approval", (openStore) => {
  test("answers the same call, as a row that names the rule and who made it", async () => {
    const store = await openStore();
    const first = await remember(store, forHand);
    const row = await ask(store);
    expect(row).toMatchObject({
      status: "approved",
      resolved_via: "rule",
      resolved_by: "anna",
      rule_id: first.id,
    });
    expect(await listRules(store, "oracle")).toMatchObject([
      {
        id: first.id,
        useCount: 1,
        createdBy: "anna",
        fixedArgs: { to: "alice", amount: 250 },
        allowsOtherArgs: false,
      },
    ]);
    expect(await readEventData(store, "approval.approved")).toMatchObject([
      {},
      { via: "rule", ruleId: first.id, isAudited: true },
    ]);
    expect(await readEventData(store, "rule.created")).toMatchObject([
      { ruleId: first.id, by: "anna", isAudited: true },
    ]);
  });

  test("answers nothing but what it was made for", async () => {
    const store = await openStore();
    await remember(store, forHand);
    const others: Parameters<typeof ask>[1][] = [
      { args: { to: "alice", amount: 251 } },
      { args: { to: "alice", amount: "250" } },
      { args: { to: "alice" } },
      { args: { to: "alice", amount: 250, memo: "more" } },
      { handName: "scout" },
      { tool: "pay_salary" },
      { action: "send_payment+large" },
      { gates: ["pay", "large"] },
      { toolVersion: "t2" },
      { versionHash: "v2", todayVersionHash: "v2" },
      { todayVersionHash: "v2" },
    ];
    for (const other of others) expect([other, await statusOf(store, other)]).toEqual([other, "pending"]);
    expect(await statusOf(store)).toBe("approved");
  });

  test("holds the named arguments and lets the others be anything", async () => {
    const store = await openStore();
    await remember(store, { scope: "hand", args: ["to"] });
    expect(await statusOf(store, { args: { to: "alice", amount: 1, memo: "m" } })).toBe("approved");
    expect(await statusOf(store, { args: { to: "mallory", amount: 250 } })).toBe("pending");
    expect(await statusOf(store, { args: { amount: 250 } })).toBe("pending");
    expect(await statusOf(store, { args: JSON.parse('{"__proto__":{"to":"alice"},"amount":250}') })).toBe(
      "pending",
    );
  });

  test("for an execution answers in that execution only", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    await decide(store, approval(row.id, { remember: { scope: "execution", args: "exact" } }));
    expect(await statusOf(store, { executionId: "e1" })).toBe("approved");
    expect(await statusOf(store, { executionId: "e2" })).toBe("pending");
    expect(await statusOf(store)).toBe("pending");
  });

  test("without being remembered is for once", async () => {
    const store = await openStore();
    await decide(store, approval((await ask(store)).id));
    expect(await statusOf(store)).toBe("pending");
  });

  test("is remembered with the arguments that were approved, not with those that were asked for", async () => {
    const store = await openStore();
    const row = await ask(store);
    const args = { to: "alice", amount: 10 };
    const input = approval(row.id, { decision: { kind: "approve", args }, remember: forHand });
    await decideApproval(store, input, {
      wake: async () => {},
      revalidate: async (_row, edited) => ({ args: edited, files: [] }),
    });
    expect([await statusOf(store, { args }), await statusOf(store)]).toEqual(["approved", "pending"]);
  });

  test("does not answer when a file that the call names has changed", async () => {
    const store = await openStore();
    const files = (sha256: string | null) => [{ path: "/w/deploy.sh", sha256 }];
    await remember(store, { scope: "hand", args: ["to"] }, { files: files("a") });
    expect(await statusOf(store, { files: files("a") })).toBe("approved");
    expect(await statusOf(store, { files: files("b") })).toBe("pending");
    expect(await statusOf(store, { files: files(null) })).toBe("pending");
  });

  test("can be revoked, once, and is listed until then", async () => {
    const store = await openStore();
    const { id } = await remember(store, forHand);
    expect(await revokeRule(store, { ruleId: id, by: "bert" })).toBe(true);
    expect(await revokeRule(store, { ruleId: id, by: "bert" })).toBe(false);
    expect(await listRules(store, null)).toEqual([]);
    expect(await statusOf(store)).toBe("pending");
    expect(await readEventData(store, "rule.revoked")).toMatchObject([
      { ruleId: id, by: "bert", isAudited: true },
    ]);
  });

  test("never answers for a call that was rejected in the same execution, nor a question", async () => {
    const store = await openStore();
    const rejected = await askInExecution(store, "e1");
    await decide(store, rejection(rejected.id));
    await remember(store, forHand);
    expect(await statusOf(store, { executionId: "e1" })).toBe("pending");
    expect(await statusOf(store, { executionId: "e9" })).toBe("approved");
    expect((await askUnknown(store, "e2")).status).toBe("pending");
  });

  test("cannot be made of a rejection, of no tool, of arguments that are not there, or of a time that is over", async () => {
    const store = await openStore();
    const row = await ask(store);
    const free = await ask(store, { tool: null });
    const wrong = [
      rejection(row.id, { remember: forHand }),
      approval(free.id, { remember: forHand }),
      approval(row.id, { remember: { scope: "execution", args: "exact" } }),
      approval(row.id, { remember: { scope: "hand", args: ["nobody"] } }),
      approval(row.id, { remember: { ...forHand, until: row.created_at - 1 } }),
    ];
    for (const input of wrong)
      await expect(decide(store, input)).rejects.toMatchObject({ code: "invalid_argument" });
    expect([(await readRow(store, row.id)).status, (await readRow(store, free.id)).status]).toEqual([
      "pending",
      "pending",
    ]);
    expect(row.args_hash).toBe(hashJson({ to: "alice", amount: 250 }));
  });
});

describeEachStore("the end of a remembered approval", (openStore, database) => {
  test("is the date that was given, and 30 days otherwise", async () => {
    const clock = createFakeClock();
    const store = await openStore({ clock });
    const until = store.nowMs() + 60_000;
    const { id } = await remember(store, { ...forHand, until });
    const other = await remember(store, forHand, { handName: "scout" });
    const rules = await listRules(store, null);
    expect(rules.find((rule) => rule.id === id)?.expiresAt).toBe(new Date(until).toISOString());
    const thirtyDaysMs = 30 * 86_400_000;
    const end = Date.parse(rules.find((rule) => rule.id === other.id)?.expiresAt ?? "");
    expect(Math.abs(end - store.nowMs() - thirtyDaysMs)).toBeLessThan(60_000);
    if (database.kind === "postgres") return;
    clock.freezeProcess(60_000);
    expect(await statusOf(store)).toBe("pending");
    expect(await statusOf(store, { handName: "scout" })).toBe("approved");
  });
});

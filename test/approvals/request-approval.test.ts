import { expect, test } from "vitest";
import { decideApproval, startAutoApproveClock, toApprovalJson } from "../../src/approvals/index.ts";
import { hashJson } from "../../src/core/index.ts";
import { listPendingApprovals } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";
import {
  approval,
  ask,
  askUnknown,
  createWake,
  readEventData,
  readRow,
  rejection,
  setPaused,
  setProjectPaused,
} from "./approval-fixture.ts";

describeEachStore("asking", (openStore) => {
  test("a request holds everything that the decision and the effect are checked against", async () => {
    const store = await openStore();
    const files = [{ path: "/w/a", sha256: null }];
    const row = await ask(store, { files, autoApproveAfterMs: 300_000, expiresAfterMs: 900_000 });
    expect(row).toMatchObject({
      status: "pending",
      kind: "approval",
      tool: "pay_invoice",
      effect: "destructive",
      args_json: '{"amount":250,"to":"alice"}',
      args_hash: hashJson({ amount: 250, to: "alice" }),
      version_hash: "v1",
      tool_version: "t1",
      gates_json: '["pay"]',
      auto_approve_after_ms: 300_000,
      auto_approve_at: row.created_at + 300_000,
      expires_at: row.created_at + 900_000,
      clock_stopped_at: null,
    });
    expect(JSON.parse(row.files_json)).toEqual(files);
    expect(await readRow(store, row.id)).toEqual(row);
    expect(await readEventData(store, "approval.requested")).toMatchObject([
      { approvalId: row.id, tool: "pay_invoice", gates: ["pay"] },
    ]);
  });

  test("a delay of 0 is approved at once, and still a row", async () => {
    const store = await openStore();
    const row = await ask(store, { autoApproveAfterMs: 0, expiresAfterMs: null });
    expect(row).toMatchObject({
      status: "auto_approved",
      resolved_by: "runtime",
      resolved_via: "runtime",
      resolved_at: row.created_at,
    });
    expect(await readEventData(store, "approval.auto_approved")).toMatchObject([
      { by: "runtime", isAudited: true },
    ]);
  });

  test.each(["hand", "project"])("a delay of 0 waits while the %s is paused", async (what) => {
    const store = await openStore();
    await store.transaction((transaction) =>
      what === "hand" ? setPaused(transaction, "oracle", true) : setProjectPaused(transaction, true),
    );
    const row = await ask(store, { autoApproveAfterMs: 0, expiresAfterMs: null });
    expect(row).toMatchObject({
      status: "pending",
      auto_approve_at: row.created_at,
      clock_stopped_at: row.created_at,
    });
  });

  test("a delay that begins on delivery begins once, when the request has reached a channel", async () => {
    const store = await openStore();
    const row = await ask(store, {
      autoApproveAfterMs: 60_000,
      expiresAfterMs: null,
      autoApproveClock: "starts_on_delivery",
    });
    expect(row).toMatchObject({ auto_approve_at: null, auto_approve_after_ms: 60_000 });
    const start = () => store.transaction((transaction) => startAutoApproveClock(transaction, row.id));
    expect([await start(), await start()]).toEqual([true, false]);
    const { auto_approve_at } = await readRow(store, row.id);
    expect(auto_approve_at).toBeGreaterThanOrEqual(row.created_at + 60_000);
    const unlimited = await ask(store);
    expect(await store.transaction((transaction) => startAutoApproveClock(transaction, unlimited.id))).toBe(
      false,
    );
  });

  test("what the human is shown has no invisible characters, and what would run is exact", async () => {
    const store = await openStore();
    const args = { to: "\u202ealice" };
    const row = await ask(store, { args, description: "pay\u200b", context: { why: "a\u0007" } });
    expect([row.description, row.context_json]).toEqual(["pay\\u{200B}", '{"why":"a\\\\u{0007}"}']);
    expect(JSON.parse(row.args_json ?? "")).toEqual(args);
  });

  test("arguments that do not have their hash are not asked about", async () => {
    const store = await openStore();
    await expect(ask(store, { argsHash: hashJson({}) })).rejects.toMatchObject({ code: "internal" });
  });

  test("the record has exactly these fields, absent ones null, instants in ISO form", async () => {
    const store = await openStore();
    const row = await ask(store, { gates: ["pay", "large"], autoApproveAfterMs: 1000, expiresAfterMs: null });
    expect(toApprovalJson(row)).toStrictEqual({
      id: row.id,
      handName: "oracle",
      executionId: null,
      kind: "approval",
      action: "send_payment",
      gate: "pay+large",
      tool: "pay_invoice",
      description: "Pay an invoice",
      context: { trigger: "manual" },
      askedAlthough: null,
      args: { amount: 250, to: "alice" },
      argsHash: row.args_hash,
      status: "pending",
      createdAt: new Date(row.created_at).toISOString(),
      expiresAt: null,
      autoApproveAt: new Date(row.created_at + 1000).toISOString(),
      resolvedAt: null,
      resolvedBy: null,
      note: null,
    });
    expect(toApprovalJson(await askUnknown(store, "e1"))).toMatchObject({
      kind: "unknown",
      gate: null,
      expiresAt: null,
    });
  });
});

describeEachStore("requests without an execution", (openStore) => {
  test("the pending ones are listed newest first, without what has expired, swept or not", async () => {
    const store = await openStore();
    const first = await ask(store);
    const expired = await ask(store, { expiresAfterMs: 0 });
    const last = await ask(store, { expiresAfterMs: null });
    const pending = await listPendingApprovals(store, store.nowMs());
    expect(pending.map(({ id }) => id)).toEqual([last.id, first.id]);
    expect((await readRow(store, expired.id)).status).toBe("pending");
  });

  test("they are decided once and only once, and nobody is woken", async () => {
    const store = await openStore();
    const { id } = await ask(store);
    const { wake, woken } = createWake();
    const inputs = [approval(id), approval(id), rejection(id)];
    const results = await Promise.all(inputs.map((input) => decideApproval(store, input, { wake })));
    // Where rows are locked, any of them may be first.
    const winners = results.filter(({ won }) => won);
    expect(winners).toHaveLength(1);
    expect([(await readRow(store, id)).status, woken]).toEqual([winners[0]?.approval.status, []]);
  });
});

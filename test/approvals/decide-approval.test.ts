import { expect, test } from "vitest";
import { cancelPendingApprovals, decideApproval, requestApproval } from "../../src/approvals/index.ts";
import { hashJson } from "../../src/core/index.ts";
import { describeEachStore } from "../support/stores.ts";
import {
  approval,
  ask,
  askInExecution,
  askUnknown,
  createWake,
  decide,
  insertStep,
  makeRequest,
  readEventData,
  readExecution,
  readRow,
  readStep,
  rejection,
} from "./approval-fixture.ts";

describeEachStore("deciding", (openStore) => {
  test("an approval moves the request, its step and the waiting execution, and wakes it, together", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const { wake, woken } = createWake();
    const result = await decideApproval(store, approval(row.id, { note: "fine" }), { wake });
    expect(result).toMatchObject({
      won: true,
      approval: { status: "approved", resolved_by: "anna", resolved_via: "cli", note: "fine" },
    });
    expect(await readStep(store, "e1")).toMatchObject({
      status: "approved",
      approval_id: row.id,
      completed_at: null,
    });
    expect(await readExecution(store, "e1")).toMatchObject({
      status: "queued",
      reason: null,
      outcome: null,
      priority: 20,
    });
    expect(woken).toEqual(["e1"]);
  });

  test("a rejection denies the step and tells the brain who said no and why", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const { wake, woken } = createWake();
    await decideApproval(store, rejection(row.id, { note: "too expensive" }), { wake });
    const step = await readStep(store, "e1");
    expect(step.status).toBe("denied");
    expect(JSON.parse(step.error_json ?? "")).toMatchObject({
      code: "approval_rejected",
      message: expect.stringMatching(/anna .*too expensive/),
    });
    expect(step.completed_at).not.toBeNull();
    expect(woken).toEqual(["e1"]);
  });

  test("a running execution is left alone: it finds the decision itself", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1", { execution: "running" });
    const { wake, woken } = createWake();
    await decideApproval(store, approval(row.id), { wake });
    expect(await readExecution(store, "e1")).toMatchObject({ status: "running", priority: 0 });
    expect((await readStep(store, "e1")).status).toBe("approved");
    expect(woken).toEqual([]);
  });

  test("a late decision is told what was decided, and changes nothing", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    await decide(store, rejection(row.id, { note: "no" }));
    const late = await decide(store, approval(row.id, { by: "bert" }));
    expect(late).toMatchObject({
      won: false,
      because: "resolved",
      status: "rejected",
      resolvedBy: "anna",
      note: "no",
    });
    expect(late.won === false && late.resolvedAt).toEqual(expect.any(Number));
    expect((await readStep(store, "e1")).status).toBe("denied");
  });

  test("of many who decide at once one wins", async () => {
    const store = await openStore();
    const other = await openStore();
    const row = await askInExecution(store, "e1");
    const { wake, woken } = createWake();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        decideApproval(
          index % 2 === 0 ? store : other,
          (index % 3 === 0 ? rejection : approval)(row.id, { by: `user-${index}` }),
          { wake },
        ),
      ),
    );
    expect(results.filter((result) => result.won)).toHaveLength(1);
    const { resolved_by } = await readRow(store, row.id);
    for (const result of results) if (!result.won) expect(result.resolvedBy).toBe(resolved_by);
    expect(woken).toHaveLength(1);
    expect([
      ...(await readEventData(store, "approval.approved")),
      ...(await readEventData(store, "approval.rejected")),
    ]).toHaveLength(1);
  });

  test.each(["approve", "reject"] as const)(
    "what is past its expiry expires there and then, whoever wants to %s it",
    async (kind) => {
      const store = await openStore();
      const row = await askInExecution(store, "e1", { expiresAfterMs: 0 });
      const { wake, woken } = createWake();
      const result = await decideApproval(store, approval(row.id, { decision: { kind } }), { wake });
      expect(result).toMatchObject({
        won: false,
        because: "expired",
        status: "expired",
        resolvedBy: "runtime",
      });
      const step = await readStep(store, "e1");
      expect(step.status).toBe("denied");
      expect(JSON.parse(step.error_json ?? "").code).toBe("approval_expired");
      expect(woken).toEqual(["e1"]);
      expect(await readEventData(store, "approval.expired")).toMatchObject([
        { approvalId: row.id, isAudited: true },
      ]);
    },
  );

  test("a decision about other arguments than were shown changes nothing", async () => {
    const store = await openStore();
    const row = await ask(store);
    const result = await decide(store, approval(row.id, { expectedArgsHash: hashJson({ to: "mallory" }) }));
    expect(result).toMatchObject({ won: false, because: "args_differ", status: "pending", resolvedBy: null });
    expect((await decide(store, approval(row.id, { expectedArgsHash: row.args_hash }))).won).toBe(true);
  });

  test("edited arguments take the place of those that were asked for, which are kept", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const edited = { to: "alice", amount: 99 };
    const files = [{ path: "/w/invoice.pdf", sha256: "abc" }];
    const input = approval(row.id, { decision: { kind: "approve", args: edited } });
    const revalidate = async () => ({ args: { ...edited, currency: "EUR" }, files });
    await decideApproval(store, input, { ...createWake(), revalidate });
    const final = { amount: 99, currency: "EUR", to: "alice" };
    const after = await readRow(store, row.id);
    expect(JSON.parse(after.args_json ?? "")).toEqual(final);
    expect(after).toMatchObject({ args_hash: hashJson(final), original_args_json: row.args_json });
    expect(JSON.parse(after.files_json)).toEqual(files);
    const step = await readStep(store, "e1");
    expect(step).toMatchObject({
      status: "approved",
      args_json: after.args_json,
      args_hash: after.args_hash,
    });
    expect(await readEventData(store, "approval.approved")).toMatchObject([
      {
        by: "anna",
        via: "cli",
        argsBefore: { to: "alice", amount: 250 },
        argsAfter: final,
        argsHashBefore: row.args_hash,
        isAudited: true,
      },
    ]);
  });

  test("edited arguments that the schema or the policy refuses leave the request open", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const input = approval(row.id, { decision: { kind: "approve", args: { amount: "lots" } } });
    const revalidate = () => Promise.reject(new Error("amount is no number"));
    await expect(decideApproval(store, input, { ...createWake(), revalidate })).rejects.toThrow(
      "amount is no number",
    );
    await expect(decideApproval(store, input, createWake())).rejects.toMatchObject({
      code: "invalid_argument",
    });
    expect(await readRow(store, row.id)).toEqual(row);
  });

  test("the same arguments sent back are no edit", async () => {
    const store = await openStore();
    const row = await ask(store);
    await decide(
      store,
      approval(row.id, { decision: { kind: "approve", args: { amount: 250, to: "alice" } } }),
    );
    expect(await readRow(store, row.id)).toMatchObject({ status: "approved", original_args_json: null });
  });

  test("a script's own question has its answer, either way", async () => {
    const store = await openStore();
    const yes = await askInExecution(store, "e1", { kind: "wait", tool: null });
    const no = await askInExecution(store, "e2", { kind: "wait", tool: null });
    await decide(store, approval(yes.id, { note: "go" }));
    await decide(store, rejection(no.id, { note: "wait" }));
    const args = { to: "alice", amount: 250 };
    const answers = [await readStep(store, "e1"), await readStep(store, "e2")];
    expect(answers.map((step) => [step.status, JSON.parse(step.result_json ?? "")])).toEqual([
      ["approved", { approved: true, args, note: "go", decidedBy: "anna" }],
      ["denied", { approved: false, args, note: "wait", decidedBy: "anna" }],
    ]);
  });

  test("one of two gated calls is decided and the other still waits", async () => {
    const store = await openStore();
    const first = await askInExecution(store, "e1");
    const second = await store.transaction(async (transaction) => {
      const request = makeRequest({ executionId: "e1", stepIndex: 1 });
      await insertStep(transaction, {
        executionId: "e1",
        stepIndex: 1,
        status: "awaiting",
        args: request.args ?? {},
      });
      return await requestApproval(transaction, request);
    });
    await decide(store, rejection(first.id));
    expect((await readStep(store, "e1", 0)).status).toBe("denied");
    expect((await readStep(store, "e1", 1)).status).toBe("awaiting");
    expect((await readRow(store, second.id)).status).toBe("pending");
  });

  test("a request of an execution that has ended cannot be decided", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1", { execution: "ended" });
    const { wake, woken } = createWake();
    const result = await decideApproval(store, approval(row.id), { wake });
    expect(result).toMatchObject({ won: false, because: "ended", status: "cancelled" });
    expect([await readExecution(store, "e1"), woken]).toMatchObject([{ status: "ended" }, []]);
  });

  test("ending an execution withdraws its requests, and what is not known stays unknown", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const unknown = await askUnknown(store, "e2");
    const other = await askInExecution(store, "e3");
    for (const id of ["e1", "e2"]) {
      await store.transaction((transaction) =>
        cancelPendingApprovals(transaction, id, "the execution was cancelled"),
      );
    }
    const statuses = [row, unknown, other].map(async ({ id }) => (await readRow(store, id)).status);
    expect(await Promise.all(statuses)).toEqual(["cancelled", "cancelled", "pending"]);
    expect([(await readStep(store, "e1")).status, (await readStep(store, "e2")).status]).toEqual([
      "denied",
      "unknown",
    ]);
    expect(await decide(store, approval(row.id))).toMatchObject({ won: false, status: "cancelled" });
  });

  test("an id has to be the id of the request: a part of it decides nothing", async () => {
    const store = await openStore();
    const row = await ask(store);
    for (const id of [row.id.slice(0, -1), `${row.id}x`, "", "%"]) {
      await expect(decide(store, approval(id))).rejects.toMatchObject({ code: "approval_not_found" });
    }
    expect((await readRow(store, row.id)).status).toBe("pending");
  });

  test("a decision whose wake-up cannot be sent is no decision", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const wake = () => Promise.reject(new Error("no queue"));
    await expect(decideApproval(store, approval(row.id), { wake })).rejects.toThrow("no queue");
    expect(await readRow(store, row.id)).toEqual(row);
    expect((await readStep(store, "e1")).status).toBe("awaiting");
  });

  test("followers hear of a request and of its decision", async () => {
    const store = await openStore();
    const heard: string[] = [];
    store.onChange((change) => {
      for (const topic of change.topics ?? [])
        if (change.origin === "local" && topic.kind === "approval") heard.push(topic.approvalId);
    });
    const row = await ask(store);
    await decide(store, approval(row.id));
    expect(heard).toEqual([row.id, row.id]);
  });
});

import { expect, test } from "vitest";
import { answerUnknown, createApprovalSweeper, decideApproval } from "../../src/approvals/index.ts";
import { silentLogger } from "../../src/core/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { describeEachStore } from "../support/stores.ts";
import {
  approval,
  ask,
  askUnknown,
  createWake,
  readEventData,
  readExecution,
  readRow,
  readStep,
} from "./approval-fixture.ts";

const answer = { by: "anna", via: "cli", note: null };

describeEachStore("answering whether something happened", (openStore) => {
  test("happened: the call is done with the result that the human gives", async () => {
    const store = await openStore();
    const row = await askUnknown(store, "e1");
    const { wake, woken } = createWake();
    const input = { ...answer, approvalId: row.id, answer: "happened", result: { receipt: 7 } } as const;
    expect(await answerUnknown(store, input, { wake })).toMatchObject({
      won: true,
      approval: { status: "approved", answer: "happened" },
    });
    expect(await readStep(store, "e1")).toMatchObject({
      status: "done",
      result_json: '{"receipt":7}',
      error_json: null,
    });
    expect([await readExecution(store, "e1"), woken]).toMatchObject([{ status: "queued" }, ["e1"]]);
    expect(await readEventData(store, "approval.answered")).toMatchObject([
      { answer: "happened", by: "anna", isAudited: true },
    ]);
  });

  test("retry: the same call is approved for one more attempt", async () => {
    const store = await openStore();
    const row = await askUnknown(store, "e1");
    await answerUnknown(store, { ...answer, approvalId: row.id, answer: "retry" }, createWake());
    const step = await readStep(store, "e1");
    expect(step).toMatchObject({
      status: "approved",
      approval_id: row.id,
      args_json: expect.stringContaining("alice"),
    });
    expect(step.completed_at).toBeNull();
  });

  test("skip: the brain is told that nobody knows", async () => {
    const store = await openStore();
    const row = await askUnknown(store, "e1");
    await answerUnknown(
      store,
      { ...answer, approvalId: row.id, answer: "skip", note: "paid by hand" },
      createWake(),
    );
    const step = await readStep(store, "e1");
    expect(step.status).toBe("denied");
    expect(JSON.parse(step.error_json ?? "")).toMatchObject({
      code: "effect_unknown",
      message: expect.stringContaining("paid by hand"),
    });
    expect((await readRow(store, row.id)).status).toBe("rejected");
  });

  test("of many answers one wins, and the others hear which", async () => {
    const store = await openStore();
    const row = await askUnknown(store, "e1");
    const { wake, woken } = createWake();
    const answers = (["happened", "retry", "skip"] as const).flatMap((word) => [word, word]);
    const results = await Promise.all(
      answers.map((word) => answerUnknown(store, { ...answer, approvalId: row.id, answer: word }, { wake })),
    );
    expect(results.filter((result) => result.won)).toHaveLength(1);
    expect(woken).toEqual(["e1"]);
    const won = (await readRow(store, row.id)).answer;
    for (const result of results) expect(result.approval.answer).toBe(won);
  });

  test("a question is not approved or rejected, and a request is not answered", async () => {
    const store = await openStore();
    const unknown = await askUnknown(store, "e1");
    const request = await ask(store);
    await expect(decideApproval(store, approval(unknown.id), createWake())).rejects.toMatchObject({
      code: "invalid_argument",
    });
    const input = { ...answer, approvalId: request.id, answer: "skip" } as const;
    await expect(answerUnknown(store, input, createWake())).rejects.toMatchObject({
      code: "invalid_argument",
    });
    const wrong = { ...answer, approvalId: unknown.id, answer: "skip", result: 1 } as const;
    await expect(answerUnknown(store, wrong, createWake())).rejects.toMatchObject({
      code: "invalid_argument",
    });
    expect([(await readRow(store, unknown.id)).status, (await readRow(store, request.id)).status]).toEqual([
      "pending",
      "pending",
    ]);
  });

  test("nothing answers it by itself, however long it takes", async () => {
    const clock = createFakeClock();
    const store = await openStore({ clock });
    const row = await askUnknown(store, "e1");
    await store.transaction((transaction) =>
      transaction.db
        .updateTable("approval_queue")
        .set({ expires_at: 1, auto_approve_at: 1, auto_approve_after_ms: 1 })
        .execute(),
    );
    const sweeper = createApprovalSweeper({
      store,
      clock,
      logger: silentLogger,
      ...createWake(),
      isAutoApproveAllowed: () => true,
    });
    await sweeper.sweepOnce();
    await sweeper.sweepOnce();
    expect((await readRow(store, row.id)).status).toBe("pending");
    expect(await sweeper.nextDeadline()).toBeNull();
    await sweeper.stop();
  });
});

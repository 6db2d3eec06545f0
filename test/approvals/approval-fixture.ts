import type { ApprovalRequestInput, DecisionInput, Wake } from "../../src/approvals/index.ts";
import { decideApproval, requestApproval, requestUnknown } from "../../src/approvals/index.ts";
import type { JsonObject } from "../../src/core/index.ts";
import { hashJson } from "../../src/core/index.ts";
import type { ApprovalRow, Store, StoreTransaction } from "../../src/store/index.ts";

/** Inserts an execution in a state, with no steps. */
async function insertExecution(
  store: Store,
  id: string,
  change: { readonly status?: "queued" | "running" | "waiting" | "ended"; readonly handName?: string } = {},
): Promise<string> {
  const status = change.status ?? "waiting";
  await store.transaction((transaction) =>
    transaction.db
      .insertInto("hand_executions")
      .values({
        id,
        hand_name: change.handName ?? "oracle",
        trigger: "manual",
        status,
        reason: status === "waiting" ? "approval" : null,
        outcome: status === "waiting" ? "approval_pending" : null,
        created_at: transaction.nowMs,
        output: "",
        attempt: 1,
        chain_json: "[]",
        files_generated_json: "[]",
        input_tokens: 0,
        output_tokens: 0,
        reserved_cost_usd: 0,
        step_count: 0,
        fence: 1,
        lost_leases: 0,
        active_ms: 0,
        priority: 0,
        is_untrusted: 0,
      })
      .execute(),
  );
  return id;
}

/** Inserts the step of a call. */
export async function insertStep(
  transaction: StoreTransaction,
  step: {
    readonly executionId: string;
    readonly stepIndex: number;
    readonly status: "awaiting" | "unknown" | "executing";
    readonly kind?: "tool" | "wait";
    readonly args: JsonObject;
  },
): Promise<void> {
  await transaction.db
    .insertInto("execution_steps")
    .values({
      execution_id: step.executionId,
      step_index: step.stepIndex,
      kind: step.kind ?? "tool",
      name: "pay_invoice",
      status: step.status,
      args_json: JSON.stringify(step.args),
      args_hash: hashJson(step.args),
      attempt: 0,
      created_at: transaction.nowMs,
      input_tokens: 0,
      output_tokens: 0,
      is_untrusted: 0,
    })
    .execute();
}

/** A request about `pay_invoice` with 250 to alice, of the hand `oracle`, that only a human decides. */
export function makeRequest(change: Partial<ApprovalRequestInput> = {}): ApprovalRequestInput {
  const args = change.args === undefined ? { to: "alice", amount: 250 } : change.args;
  return {
    handName: "oracle",
    executionId: null,
    stepIndex: null,
    tool: "pay_invoice",
    effect: "destructive",
    args,
    argsHash: args === null ? null : hashJson(args),
    files: [],
    versionHash: "v1",
    toolVersion: "t1",
    todayVersionHash: "v1",
    gates: ["pay"],
    action: "send_payment",
    description: "Pay an invoice",
    context: { trigger: "manual" },
    autoApproveAfterMs: null,
    expiresAfterMs: 604_800_000,
    ...change,
  };
}

export async function ask(store: Store, change: Partial<ApprovalRequestInput> = {}): Promise<ApprovalRow> {
  return await store.transaction((transaction) => requestApproval(transaction, makeRequest(change)));
}

/** An execution that waits for one call, and the request about that call. */
export async function askInExecution(
  store: Store,
  executionId: string,
  change: Partial<ApprovalRequestInput> & {
    readonly execution?: "queued" | "running" | "waiting" | "ended";
    readonly kind?: "tool" | "wait";
  } = {},
): Promise<ApprovalRow> {
  const { execution, kind, ...rest } = change;
  const request = makeRequest({ executionId, stepIndex: 0, ...rest });
  await insertExecution(store, executionId, { status: execution ?? "waiting", handName: request.handName });
  return await store.transaction(async (transaction) => {
    const args = request.args ?? {};
    await insertStep(transaction, {
      executionId,
      stepIndex: 0,
      status: "awaiting",
      args,
      ...(kind === undefined ? {} : { kind }),
    });
    return await requestApproval(transaction, request);
  });
}

/** An execution that waits to be told whether a call happened. */
export async function askUnknown(store: Store, executionId: string): Promise<ApprovalRow> {
  await insertExecution(store, executionId);
  return await store.transaction(async (transaction) => {
    const request = makeRequest({ executionId, stepIndex: 0, gates: [] });
    await insertStep(transaction, { executionId, stepIndex: 0, status: "unknown", args: request.args ?? {} });
    return await requestUnknown(transaction, request);
  });
}

/** Wakes nobody, and remembers whom it was told to wake. */
export function createWake(): { readonly wake: Wake; readonly woken: string[] } {
  const woken: string[] = [];
  return { wake: async (_transaction, executionId) => void woken.push(executionId), woken };
}

export const approval = (approvalId: string, change: Partial<DecisionInput> = {}): DecisionInput => ({
  approvalId,
  decision: { kind: "approve" },
  by: "anna",
  via: "cli",
  note: null,
  ...change,
});

export const rejection = (approvalId: string, change: Partial<DecisionInput> = {}): DecisionInput =>
  approval(approvalId, { decision: { kind: "reject" }, ...change });

/** Decides and wakes nobody. */
export const decide = (store: Store, input: DecisionInput) => decideApproval(store, input, createWake());

export async function readRow(store: Store, id: string): Promise<ApprovalRow> {
  return await store.db
    .selectFrom("approval_queue")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

export async function readStep(store: Store, executionId: string, stepIndex = 0) {
  return await store.db
    .selectFrom("execution_steps")
    .selectAll()
    .where("execution_id", "=", executionId)
    .where("step_index", "=", stepIndex)
    .executeTakeFirstOrThrow();
}

export async function readExecution(store: Store, id: string) {
  return await store.db
    .selectFrom("hand_executions")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

/** The events of one kind, oldest first. */
export async function readEventData(store: Store, type: string) {
  const rows = await store.db
    .selectFrom("events")
    .selectAll()
    .where("type", "=", type)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({ isAudited: row.is_audited === 1, ...JSON.parse(row.data_json) }));
}

export async function setPaused(
  transaction: StoreTransaction,
  handName: string,
  isPaused: boolean,
): Promise<void> {
  const flag = { is_paused: isPaused ? 1 : 0 };
  await transaction.db
    .insertInto("hand_states")
    .values({
      hand_name: handName,
      status: "idle",
      run_count: 0,
      success_count: 0,
      failure_count: 0,
      ...flag,
    })
    .onConflict((conflict) => conflict.column("hand_name").doUpdateSet(flag))
    .execute();
}

export async function setProjectPaused(transaction: StoreTransaction, isPaused: boolean): Promise<void> {
  const value = { value: isPaused ? "1" : "0", updated_at: transaction.nowMs };
  await transaction.db
    .insertInto("runtime_state")
    .values({ key: "paused_all", ...value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet(value))
    .execute();
}

/** The store, where something happens right before the transaction that follows the sign of life. */
export function interruptBeforeApproving(store: Store, interrupt: () => Promise<void>): Store {
  let transactions = 0;
  return {
    capabilities: store.capabilities,
    ids: store.ids,
    db: store.db,
    nowMs: () => store.nowMs(),
    onChange: (listener) => store.onChange(listener),
    backup: (file) => store.backup(file),
    close: async () => {},
    async transaction(work) {
      transactions += 1;
      if (transactions === 2) await interrupt();
      return await store.transaction(work);
    },
  };
}

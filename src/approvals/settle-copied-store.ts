import type { JsonObject } from "../core/index.ts";
import type { Store, StoreTransaction } from "../store/index.ts";
import {
  appendEvent,
  isRestored,
  lockExecution,
  lockRestoredMark,
  removeRestoredMark,
  setAllPaused,
  stopClocks,
  updateStep,
} from "../store/index.ts";
import { requestUnknown } from "./request-approval.ts";
import type { BoundFile } from "./types.ts";

const CALLS_PER_TRANSACTION = 50;

/** Why a store is not to be taken as the truth about the world. */
export interface CopyNote {
  /** Who is recorded as the one that paused. */
  readonly by: string;
  /** As in "restored from a backup". */
  readonly note: string;
}

/**
 * Makes a copied store safe to work on: everything is paused, and each approved or executing side effect becomes `unknown`, a question
 * for a human: the copy cannot say whether it has happened meanwhile. Doing it again changes nothing. Returns how many it asked about.
 */
export async function settleCopiedStore(store: Store, { by, note }: CopyNote): Promise<number> {
  await store.transaction(async (transaction) => {
    if (!(await setAllPaused(transaction, true))) return;
    await stopClocks(transaction, null);
    await appendEvent(transaction, {
      type: "hand.paused",
      data: { by, note, isAll: true },
      isAudited: true,
    });
  });
  let askedCount = 0;
  for (;;) {
    const asked = await store.transaction((transaction) => askAboutSome(transaction, note));
    askedCount += asked;
    if (asked < CALLS_PER_TRANSACTION) return askedCount;
  }
}

/** Settles a store that was restored from a backup and that nobody has worked on yet; null where it is none. */
export async function settleRestoredStore(store: Store): Promise<number | null> {
  if (!(await isRestored(store))) return null;
  const askedCount = await settleCopiedStore(store, {
    by: "runtime",
    note: "this database was restored from a backup",
  });
  await store.transaction(async (transaction) => {
    if (await lockRestoredMark(transaction)) await removeRestoredMark(transaction);
  });
  return askedCount;
}

async function askAboutSome(transaction: StoreTransaction, note: string): Promise<number> {
  const calls = await selectOpenEffects(transaction);
  for (const call of calls) {
    const execution = await lockExecution(transaction, call.execution_id);
    if (execution === undefined) continue;
    const message = `it is not known whether ${call.name} happened: ${note}`;
    const step = await updateStep(transaction, call, ["approved", "executing"], {
      status: "unknown",
      error_json: JSON.stringify({ code: "effect_unknown", message }),
    });
    if (step === null) continue;
    const question = await requestUnknown(transaction, {
      handName: call.hand_name,
      executionId: call.execution_id,
      stepIndex: call.step_index,
      tool: call.name,
      effect: call.effect,
      args: call.args_json === null ? null : (JSON.parse(call.args_json) as JsonObject),
      argsHash: call.args_hash,
      files: await readFiles(transaction, call.approval_id),
      versionHash: call.version_hash,
      toolVersion: call.tool_version,
      action: call.name,
      description: message,
      context: { trigger: call.trigger },
    });
    await updateStep(transaction, step, ["unknown"], { approval_id: question.id });
  }
  return calls.length;
}

async function selectOpenEffects({ db }: StoreTransaction) {
  return await db
    .selectFrom("hand_executions as execution")
    .innerJoin("execution_steps as step", "step.execution_id", "execution.id")
    .select([
      "step.execution_id",
      "step.step_index",
      "step.name",
      "step.effect",
      "step.args_json",
      "step.args_hash",
      "step.tool_version",
      "step.approval_id",
      "execution.hand_name",
      "execution.version_hash",
      "execution.trigger",
    ])
    .where("execution.status", "in", ["queued", "running", "waiting"])
    .where("step.kind", "=", "tool")
    .where("step.status", "in", ["approved", "executing"])
    .where((where) => where.or([where("step.effect", "is", null), where("step.effect", "!=", "read")]))
    .orderBy("step.execution_id")
    .orderBy("step.step_index")
    .limit(CALLS_PER_TRANSACTION)
    .execute();
}

/** The files that an approval was bound to: a human's `retry` is bound to the same. */
async function readFiles({ db }: StoreTransaction, approvalId: string | null): Promise<readonly BoundFile[]> {
  if (approvalId === null) return [];
  const approval = await db
    .selectFrom("approval_queue")
    .select("files_json")
    .where("id", "=", approvalId)
    .executeTakeFirst();
  return approval === undefined ? [] : (JSON.parse(approval.files_json) as readonly BoundFile[]);
}

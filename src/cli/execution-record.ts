import type { ApprovalJson, SentToJson } from "../approvals/index.ts";
import { readSentTo, toApprovalJson } from "../approvals/index.ts";
import type { ApprovalRow, ExecutionRow, ExecutionWithStepsJson, Store } from "../store/index.ts";
import { listPendingApprovals, listSteps, toExecutionJson, toStepsJson } from "../store/index.ts";

/** The record of an execution together with its steps. */
export async function readExecutionJson(store: Store, row: ExecutionRow): Promise<ExecutionWithStepsJson> {
  return { ...toExecutionJson(row), steps: toStepsJson(await listSteps(store, row.id)) };
}

/** A request, with where it was sent. */
export interface SentApprovalJson extends ApprovalJson {
  readonly sentTo: readonly SentToJson[];
  /** Is it kept from channels, because its hand asks too much? */
  readonly isWithheld: boolean;
}

/** Requests as the commands show them. */
export async function readApprovalsJson(
  store: Store,
  rows: readonly ApprovalRow[],
): Promise<readonly SentApprovalJson[]> {
  const sentTo = await readSentTo(store, rows);
  return rows.map((row) => ({
    ...toApprovalJson(row),
    sentTo: sentTo(row.id),
    isWithheld: row.withheld_at !== null,
  }));
}

/** What an execution asks humans now, the oldest first. */
export async function readOpenApprovals(
  store: Store,
  executionId: string,
): Promise<readonly SentApprovalJson[]> {
  const rows = await listPendingApprovals(store, store.nowMs(), { executionId });
  return await readApprovalsJson(store, rows.toReversed());
}

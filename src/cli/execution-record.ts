import type { ApprovalJson } from "../approvals/index.ts";
import { toApprovalJson } from "../approvals/index.ts";
import type { ExecutionRow, ExecutionWithStepsJson, Store } from "../store/index.ts";
import { listPendingApprovals, listSteps, toExecutionJson, toStepsJson } from "../store/index.ts";

/** The record of an execution together with its steps. */
export async function readExecutionJson(store: Store, row: ExecutionRow): Promise<ExecutionWithStepsJson> {
  return { ...toExecutionJson(row), steps: toStepsJson(await listSteps(store, row.id)) };
}

/** What an execution asks humans now, the oldest first. */
export async function readOpenApprovals(store: Store, executionId: string): Promise<readonly ApprovalJson[]> {
  const rows = await listPendingApprovals(store, store.nowMs(), { executionId });
  return rows.map(toApprovalJson).reverse();
}

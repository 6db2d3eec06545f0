import { z } from "zod";
import { HandsError } from "../../core/index.ts";
import { countPendingApprovals, findExecution, listStepsBefore, pageApprovals } from "../../store/index.ts";
import { cutPage, readCursor } from "../list-cursor.ts";
import { defineRoute } from "../route.ts";
import { approvalDetail, approvalPage } from "../schemas/approvals.ts";
import { approvalStatus, list as listOf } from "../schemas/parts.ts";
import { toApprovals } from "../views/approval-view.ts";
import { findConfig } from "../views/find-config.ts";
import { findTool } from "../views/hand-tools.ts";
import { summariseStep } from "../views/step-view.ts";

export const approvalId = z.object({ id: z.string().min(1).max(64) });

/** Steps that are shown before the one that asks. */
const LEADING_STEPS = 6;

const list = defineRoute({
  method: "get",
  path: "/api/approvals",
  id: "listApprovals",
  summary: "Requests for decisions, newest first; without a status those that are pending",
  tag: "Approvals",
  scope: "read",
  query: z.strictObject({
    hand: z.string().max(64).optional(),
    execution: z.string().max(64).optional(),
    status: listOf(approvalStatus).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  answer: approvalPage,
  async handle({ query }, context) {
    const { store } = context.runtime;
    const { hand, execution, status, cursor, limit } = query;
    const statuses = status ?? (["pending"] as const);
    const filter = { handName: hand, executionId: execution, statuses };
    const page = { after: readCursor(cursor), limit: limit + 1 };
    const { rows, nextCursor } = cutPage(await pageApprovals(store, filter, page), limit);
    const { count } = await countPendingApprovals(store, store.nowMs());
    return { items: await toApprovals(context, rows), nextCursor, pendingCount: count };
  },
});

const show = defineRoute({
  method: "get",
  path: "/api/approvals/{id}",
  id: "getApproval",
  summary: "One request, with what led to it and the schema of the tool's arguments",
  tag: "Approvals",
  scope: "read",
  params: approvalId,
  answer: approvalDetail,
  async handle({ params }, context) {
    const { runner, store } = context.runtime;
    const row = await runner.getApproval(params.id);
    const config = await findConfig(context, row.hand_name);
    const { execution_id: executionId, step_index: stepIndex } = row;
    const [[approval], tool, execution, leading] = await Promise.all([
      toApprovals(context, [row]),
      row.tool === null ? null : findTool(context, config, row.version_hash, row.tool),
      executionId === null ? undefined : findExecution(store, executionId),
      executionId === null || stepIndex === null
        ? []
        : listStepsBefore(store, executionId, { beforeIndex: stepIndex, limit: LEADING_STEPS }),
    ]);
    if (approval === undefined) throw new HandsError("internal", "an approval has no view");
    return {
      ...approval,
      inputSchema: tool?.inputSchema ?? null,
      toolDescription: tool?.description ?? null,
      handDescription: config?.description ?? null,
      lastSteps: leading.map((step) => ({
        index: step.step_index,
        kind: step.kind,
        name: step.name,
        status: step.status,
        summary: summariseStep(step),
      })),
      executionStatus: execution?.status ?? null,
    };
  },
});

export const approvalRoutes = [list, show];

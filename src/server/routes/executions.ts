import { z } from "zod";
import { HandsError, toIso } from "../../core/index.ts";
import {
  findExecution,
  findStep,
  listApprovals,
  listDeliveries,
  listRetriesOf,
  pageExecutions,
  pageSteps,
} from "../../store/index.ts";
import { cutPage, readCursor } from "../list-cursor.ts";
import { defineRoute } from "../route.ts";
import { executionDetail, executionFilter, executionPage, step, stepPage } from "../schemas/executions.ts";
import type { ServerContext } from "../server-context.ts";
import { toApprovals } from "../views/approval-view.ts";
import { toDelivery, toExecution } from "../views/execution-view.ts";
import { findConfig } from "../views/find-config.ts";
import { readPartialText } from "../views/partial-text.ts";
import { toSteps, toWholeStep } from "../views/step-view.ts";
import { toFilter } from "./execution-filter.ts";

export const executionId = z.object({ id: z.string().min(1).max(64) });
const limit = z.coerce.number().int().min(1).max(200).default(50);
const STEPS = 200;

const list = defineRoute({
  method: "get",
  path: "/api/executions",
  id: "listExecutions",
  summary: "Executions, newest first",
  tag: "Executions",
  scope: "read",
  query: z.strictObject({ ...executionFilter.shape, cursor: z.string().max(200).optional(), limit }),
  answer: executionPage,
  async handle({ query }, context) {
    const { store } = context.runtime;
    const { cursor, limit: length, ...filter } = query;
    const page = { after: readCursor(cursor), limit: length + 1 };
    const { rows, nextCursor } = cutPage(await pageExecutions(store, toFilter(filter), page), length);
    const nowMs = store.nowMs();
    return { items: rows.map((row) => toExecution(row, nowMs)), nextCursor };
  },
});

const show = defineRoute({
  method: "get",
  path: "/api/executions/{id}",
  id: "getExecution",
  summary: "Everything about one execution, with its first 200 steps",
  tag: "Executions",
  scope: "read",
  params: executionId,
  answer: executionDetail,
  async handle({ params }, context) {
    const { runner, store } = context.runtime;
    const row = await runner.getExecution(params.id);
    const [steps, deliveries, approvals, retriedBy, effects, partialText, config] = await Promise.all([
      readSteps(context, row.id, 0, STEPS),
      listDeliveries(store, row.id),
      listApprovals(store, { executionId: row.id, limit: 100 }),
      listRetriesOf(store, row.id),
      runner.listEffects(row.id),
      readPartialText(context, row.id),
      findConfig(context, row.hand_name),
    ]);
    return {
      ...toExecution(row, store.nowMs()),
      output: row.output,
      format: config?.output.format ?? "markdown",
      input: row.input_json === null ? null : JSON.parse(row.input_json),
      parameters: row.parameters_json === null ? null : JSON.parse(row.parameters_json),
      chain: JSON.parse(row.chain_json),
      eventId: row.event_id,
      versionHash: row.version_hash,
      activeMs: row.active_ms,
      wakeAt: toIso(row.wake_at),
      cancelRequestedAt: toIso(row.cancel_requested_at),
      cancelRequestedBy: row.cancel_requested_by,
      retriedBy,
      effects: effects.map(({ step_index, name, effect, status }) => ({
        stepIndex: step_index,
        name,
        effect,
        status,
      })),
      steps: steps.items,
      nextStepsCursor: steps.nextCursor,
      deliveries: deliveries.map(toDelivery),
      approvals: await toApprovals(context, approvals),
      partialText,
    };
  },
});

const steps = defineRoute({
  method: "get",
  path: "/api/executions/{id}/steps",
  id: "listSteps",
  summary: "Its steps, in order",
  tag: "Executions",
  scope: "read",
  params: executionId,
  query: z.strictObject({
    cursor: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(STEPS),
  }),
  answer: stepPage,
  async handle({ params, query }, context) {
    await context.runtime.runner.getExecution(params.id);
    return await readSteps(context, params.id, Number(query.cursor ?? 0), query.limit);
  },
});

const oneStep = defineRoute({
  method: "get",
  path: "/api/executions/{id}/steps/{index}",
  id: "getStep",
  summary: "One step, whole",
  tag: "Executions",
  scope: "read",
  params: z.object({ id: z.string().min(1).max(64), index: z.string().regex(/^\d{1,9}$/) }),
  answer: step,
  async handle({ params }, context) {
    const row = await findStep(context.runtime.store, params.id, Number(params.index));
    const whole = row === undefined ? undefined : await toWholeStep(context.runtime.store, row);
    if (whole !== undefined) return whole;
    const execution = await findExecution(context.runtime.store, params.id);
    throw execution === undefined
      ? new HandsError("execution_not_found", `there is no execution ${JSON.stringify(params.id)}`)
      : new HandsError("not_found", `execution ${params.id} has no step ${params.index}`);
  },
});

export const executionRoutes = [list, show, steps, oneStep];

async function readSteps(context: ServerContext, id: string, fromIndex: number, length: number) {
  const { store } = context.runtime;
  const rows = await pageSteps(store, id, { fromIndex, limit: length + 1 });
  const next = rows[length];
  return {
    items: await toSteps(store, rows.slice(0, length)),
    nextCursor: next === undefined ? null : String(next.step_index),
  };
}

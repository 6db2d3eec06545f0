import { z } from "zod";
import { defineRoute } from "../route.ts";
import { started } from "../schemas/executions.ts";
import { done } from "../schemas/settings.ts";
import { executionId } from "./executions.ts";

const cancel = defineRoute({
  method: "post",
  path: "/api/executions/{id}/cancel",
  id: "cancelExecution",
  summary: "End it; one that runs is ended by the process that has it",
  tag: "Executions",
  scope: "trigger",
  params: executionId,
  body: z.strictObject({}),
  answer: done,
  async handle({ params, actor }, context) {
    return { hasChanged: await context.runtime.runner.cancel(params.id, actor.name) };
  },
});

const retry = defineRoute({
  method: "post",
  path: "/api/executions/{id}/retry",
  id: "retryExecution",
  summary: "Start a new execution with the input of an ended one, without its approvals",
  tag: "Executions",
  scope: "trigger",
  params: executionId,
  body: z.strictObject({}),
  status: 202,
  answer: started,
  async handle({ params, actor }, context) {
    return { executionId: await context.runtime.runner.retry(params.id, actor.name), isRepeated: false };
  },
});

export const executionActionRoutes = [cancel, retry];

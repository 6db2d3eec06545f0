import { z } from "zod";
import { listRules, revokeRule } from "../../approvals/index.ts";
import { defineRoute } from "../route.ts";
import { ruleList } from "../schemas/approvals.ts";
import { done } from "../schemas/settings.ts";

const list = defineRoute({
  method: "get",
  path: "/api/rules",
  id: "listRules",
  summary: "Remembered approvals that are in force, newest first",
  tag: "Approvals",
  scope: "read",
  query: z.strictObject({ hand: z.string().max(64).optional() }),
  answer: ruleList,
  async handle({ query }, context) {
    return { items: await listRules(context.runtime.store, query.hand ?? null) };
  },
});

const revoke = defineRoute({
  method: "delete",
  path: "/api/rules/{id}",
  id: "revokeRule",
  summary: "Revoke one: what it answered is asked again",
  tag: "Approvals",
  scope: "decide",
  params: z.object({ id: z.string().min(1).max(64) }),
  answer: done,
  async handle({ params, actor }, context) {
    return { hasChanged: await revokeRule(context.runtime.store, { ruleId: params.id, by: actor.name }) };
  },
});

export const ruleRoutes = [list, revoke];

import { z } from "zod";
import type { DecisionResult, Remember } from "../../approvals/index.ts";
import type { JsonObject, JsonValue } from "../../core/index.ts";
import { HandsError, toIso } from "../../core/index.ts";
import type { Decision } from "../api-types.ts";
import { defineRoute } from "../route.ts";
import { decision } from "../schemas/approvals.ts";
import { instant, json, jsonObject, list } from "../schemas/parts.ts";
import type { ServerContext } from "../server-context.ts";
import { toApprovals } from "../views/approval-view.ts";
import { approvalId } from "./approvals.ts";

const note = z.string().max(2_000).nullable().default(null);

/** The hash that the human was shown: the decision fails where the arguments are others. */
const expectedArgsHash = z.string().max(128).nullable().optional();

const remember = z.strictObject({
  /** For the rest of this execution, or for the hand until a date (30 days without one). */
  scope: z.enum(["execution", "hand"]),
  until: instant.optional(),
  /** The very same arguments, or those of these names; every other may be anything. */
  args: z.union([z.literal("exact"), list(z.string())]),
});

const approve = defineRoute({
  method: "post",
  path: "/api/approvals/{id}/approve",
  id: "approve",
  summary: "Allow it: as it is, or with edited arguments",
  tag: "Approvals",
  scope: "decide",
  params: approvalId,
  body: z.strictObject({
    /** The edited arguments, all of them. */
    args: jsonObject.optional(),
    note,
    remember: remember.optional(),
    expectedArgsHash,
  }),
  answer: decision,
  async handle({ params, body, actor }, context) {
    context.decisions.take(actor.id);
    const result = await context.runtime.runner.decide({
      approvalId: params.id,
      decision:
        body.args === undefined ? { kind: "approve" } : { kind: "approve", args: body.args as JsonObject },
      by: actor.name,
      via: actor.via,
      note: body.note,
      ...(body.remember === undefined ? {} : { remember: toRemember(body.remember) }),
      ...(body.expectedArgsHash === undefined ? {} : { expectedArgsHash: body.expectedArgsHash }),
    });
    return await toDecision(context, result, body.remember === undefined ? null : params.id);
  },
});

const reject = defineRoute({
  method: "post",
  path: "/api/approvals/{id}/reject",
  id: "reject",
  summary: "Refuse it; the note reaches the model",
  tag: "Approvals",
  scope: "decide",
  params: approvalId,
  body: z.strictObject({ note, expectedArgsHash }),
  answer: decision,
  async handle({ params, body, actor }, context) {
    context.decisions.take(actor.id);
    const result = await context.runtime.runner.decide({
      approvalId: params.id,
      decision: { kind: "reject" },
      by: actor.name,
      via: actor.via,
      note: body.note,
      ...(body.expectedArgsHash === undefined ? {} : { expectedArgsHash: body.expectedArgsHash }),
    });
    return await toDecision(context, result, null);
  },
});

const answer = defineRoute({
  method: "post",
  path: "/api/approvals/{id}/answer",
  id: "answerUnknown",
  summary: "Say whether an interrupted call happened: happened, retry or skip",
  tag: "Approvals",
  scope: "decide",
  params: approvalId,
  body: z.strictObject({
    answer: z.enum(["happened", "retry", "skip"]),
    /** What the call gave, for `happened`. */
    result: json.optional(),
    note,
  }),
  answer: decision,
  async handle({ params, body, actor }, context) {
    context.decisions.take(actor.id);
    const result = await context.runtime.runner.answer({
      approvalId: params.id,
      answer: body.answer,
      by: actor.name,
      via: actor.via,
      note: body.note,
      ...(body.result === undefined ? {} : { result: body.result as JsonValue }),
    });
    return await toDecision(context, result, null);
  },
});

export const decisionRoutes = [approve, reject, answer];

function toRemember(wanted: z.output<typeof remember>): Remember {
  const { scope, args, until } = wanted;
  return until === undefined ? { scope, args } : { scope, args, until: Date.parse(until) };
}

/** Throws where another decision was first: the answer says what was decided, by whom and when. */
async function toDecision(
  context: ServerContext,
  result: DecisionResult,
  ruleId: string | null,
): Promise<Decision> {
  const [approval] = await toApprovals(context, [result.approval]);
  if (approval === undefined) throw new HandsError("internal", "a decision has no approval");
  if (result.won) return { won: true, approval, ruleId };
  const details = { approval };
  switch (result.because) {
    case "args_differ":
      throw new HandsError("approval_mismatch", "the arguments are not those that were shown", {
        hint: "Look at the request again, then decide.",
        details,
      });
    case "expired":
      throw new HandsError("approval_expired", "nobody answered in time, which is no", {
        hint: "If it is still wanted, start the hand again.",
        details,
      });
    case "ended":
      throw new HandsError("approval_resolved", "its execution has ended", { details });
    case "resolved": {
      const { status, resolvedBy, resolvedVia, resolvedAt } = result;
      throw new HandsError(
        "approval_resolved",
        `it is ${status} already, by ${resolvedBy ?? "somebody"} through ${resolvedVia ?? "something"} at ${toIso(resolvedAt) ?? "an unknown time"}`,
        { details },
      );
    }
  }
}

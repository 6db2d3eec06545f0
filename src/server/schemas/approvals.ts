import { z } from "zod";
import {
  approvalStatus,
  count,
  effect,
  instant,
  instantOrNull,
  json,
  jsonObject,
  list,
  numberOrNull,
  orNull,
  textOrNull,
} from "./parts.ts";

/** A gate of the manifest. */
export const gate = z
  .object({
    key: z.string(),
    action: z.string(),
    description: z.string(),
    tools: list(z.string()),
    when: textOrNull,
    /** Seconds. */
    autoApproveAfter: numberOrNull,
    /** Seconds. */
    expiresAfter: numberOrNull,
  })
  .meta({ id: "Gate", description: "A rule in the manifest that an action needs approval." });

/** Why it asks. */
const because = z.enum([
  /** A gate covers it. */
  "gate",
  /** It has an effect and nothing lets it run unattended. */
  "not_unattended",
  /** The hand itself asked. */
  "requested",
  /** It was interrupted, and nobody knows whether it happened. */
  "effect_unknown",
]);

/** What happens if nobody answers, and when. */
const onNoAnswer = z
  .object({
    /** `waits`: nothing answers it by itself. */
    consequence: z.enum(["approves", "expires", "waits"]),
    at: instantOrNull,
    /** The delay has not begun, or stands still while the hand is paused. */
    isClockStopped: z.boolean(),
  })
  .meta({ id: "OnNoAnswer" });

/** A request for a decision. */
export const approval = z
  .object({
    id: z.string(),
    handName: z.string(),
    executionId: textOrNull,
    stepIndex: numberOrNull,
    /** `approval` asks whether an action may happen, `unknown` whether one has happened. */
    kind: z.enum(["approval", "unknown"]),
    action: z.string(),
    /** Keys of the gates that made it ask, joined by `+`. */
    gate: textOrNull,
    gates: list(gate),
    because,
    tool: textOrNull,
    effect: effect.nullable(),
    description: z.string(),
    context: jsonObject,
    /** Why a human is asked although a rule would have answered; null where none would. */
    askedAlthough: textOrNull,
    /** Exactly what would run. Send it back edited, not what is shown. */
    args: json,
    /** The same as a human may be shown it: what cannot be seen is spelt out. */
    shownArgs: json,
    argsHash: textOrNull,
    /** The arguments that were asked for, where the decision changed them. */
    originalArgs: json,
    /** Files that the arguments name, as they were. */
    files: list(z.object({ path: z.string(), sha256: textOrNull })),
    status: approvalStatus,
    createdAt: instant,
    expiresAt: instantOrNull,
    autoApproveAt: instantOrNull,
    onNoAnswer,
    resolvedAt: instantOrNull,
    resolvedBy: textOrNull,
    resolvedVia: textOrNull,
    note: textOrNull,
    /** How an `unknown` one was answered. */
    answer: z.enum(["happened", "retry", "skip"]).nullable(),
    /** The remembered rule that answered it. */
    ruleId: textOrNull,
    /** Something from outside had entered the execution before it asked. */
    isUntrusted: z.boolean(),
    /** Where it was sent through channels, and what came of that. */
    sentTo: list(
      z
        .object({
          channel: z.string(),
          recipient: textOrNull,
          status: z.enum(["pending", "sending", "retrying", "delivered", "failed", "withdrawn"]),
          /** When it arrived. */
          sentAt: instantOrNull,
          error: textOrNull,
        })
        .meta({ id: "SentTo" }),
    ),
    /** Is it kept from channels, because its hand asks more than `max_requests_per_day`? */
    isWithheld: z.boolean(),
    /** May the arguments be edited? */
    isEditable: z.boolean(),
    /** May the decision be remembered? */
    isRememberable: z.boolean(),
  })
  .meta({ id: "Approval", description: "A request for a decision." });

/** One of the steps that led to a request. */
const leadingStep = z
  .object({ index: count, kind: z.string(), name: z.string(), status: z.string(), summary: z.string() })
  .meta({ id: "LeadingStep", description: "A step in a line; `summary` is at most 300 characters." });

/** A request with all that a decision wants to see. */
export const approvalDetail = z
  .object({
    ...approval.shape,
    /** JSON Schema of the tool's arguments; null where no tool is called or it is not known here. */
    inputSchema: orNull(jsonObject),
    toolDescription: textOrNull,
    handDescription: textOrNull,
    /** What led to it, oldest first; at most 6. */
    lastSteps: list(leadingStep),
    executionStatus: textOrNull,
  })
  .meta({ id: "ApprovalDetail" });

export const approvalPage = z
  .object({ items: list(approval), nextCursor: textOrNull, pendingCount: count })
  .meta({ id: "ApprovalPage" });

/** What a decision came to. */
export const decision = z
  .object({
    /** Was it this decision that counted? Where it was not, the answer is an error with the code `approval_resolved`. */
    won: z.literal(true),
    approval,
    /** The rule that was made of it. */
    ruleId: textOrNull,
  })
  .meta({ id: "Decision" });

/** A remembered approval. */
export const rule = z
  .object({
    id: z.string(),
    handName: z.string(),
    executionId: textOrNull,
    tool: z.string(),
    action: z.string(),
    fixedArgs: jsonObject,
    allowsOtherArgs: z.boolean(),
    createdAt: instant,
    createdBy: z.string(),
    expiresAt: instantOrNull,
    useCount: count,
  })
  .meta({ id: "Rule", description: "A remembered approval." });

export const ruleList = z.object({ items: list(rule) }).meta({ id: "RuleList" });

import { z } from "zod";
import { approval } from "./approvals.ts";
import { failure } from "./errors.ts";
import {
  count,
  deliveryStatus,
  effect,
  executionStatus,
  instant,
  instantOrNull,
  json,
  jsonObject,
  list,
  numberOrNull,
  orNull,
  outcome,
  page,
  stepKind,
  stepStatus,
  textOrNull,
  triggerType,
} from "./parts.ts";

const usage = z
  .object({
    inputTokens: count,
    outputTokens: count,
    /** Null where a price is not known. */
    costUsd: numberOrNull,
  })
  .meta({ id: "Usage", description: "Tokens and money. `costUsd` is null where a price is not known." });

/** Where one record stands for several fires. */
const coalesced = z.object({ first: instant, last: instant, count }).meta({ id: "CoalescedFires" });

/** An execution in a list. */
export const execution = z
  .object({
    id: z.string(),
    handName: z.string(),
    trigger: z.string(),
    status: executionStatus,
    outcome: outcome.nullable(),
    /** Why it waits, is held or was skipped. */
    reason: textOrNull,
    scheduledFor: instantOrNull,
    createdAt: instant,
    startedAt: instantOrNull,
    completedAt: instantOrNull,
    /** From the start to the end, or to now, waiting included; null where it never started. */
    durationMs: numberOrNull,
    attempt: count,
    coalesced: orNull(coalesced),
    retryOf: textOrNull,
    /** The first 300 characters. */
    outputPreview: z.string(),
    error: orNull(failure),
    approvalId: textOrNull,
    filesGenerated: list(z.string()),
    usage,
    stepCount: count,
    /** Something from outside entered it. */
    isUntrusted: z.boolean(),
  })
  .meta({ id: "Execution", description: "One run of a hand, or fires that did not run." });

/** One journaled thing inside an execution. */
export const step = z
  .object({
    index: count,
    kind: stepKind,
    name: z.string(),
    effect: effect.nullable(),
    status: stepStatus,
    /** The index of the model's reply that proposed this call. */
    turnIndex: numberOrNull,
    args: json,
    result: json,
    error: orNull(failure),
    approvalId: textOrNull,
    attempt: count,
    createdAt: instant,
    startedAt: instantOrNull,
    completedAt: instantOrNull,
    wakeAt: instantOrNull,
    usage,
    isUntrusted: z.boolean(),
    /** The process that it ran in last; its host is null where that process is forgotten. */
    node: orNull(z.object({ id: z.string(), hostName: textOrNull })),
    /** Arguments and result were too large for a list and are cut; ask for the step alone. */
    isCut: z.boolean(),
  })
  .meta({ id: "Step", description: "One journaled thing inside an execution." });

/** Output on its way to a channel. */
export const delivery = z
  .object({
    id: z.string(),
    executionId: z.string(),
    channel: z.string(),
    destination: z.string(),
    format: z.string(),
    status: deliveryStatus,
    attempts: count,
    createdAt: instant,
    nextAttemptAt: instantOrNull,
    completedAt: instantOrNull,
    error: textOrNull,
    /** Where it went, as in the path that was written. */
    result: textOrNull,
  })
  .meta({ id: "Delivery", description: "Output on its way to a channel." });

/** The words of a model whose reply is under way. */
const partialText = z
  .object({
    stepIndex: count,
    /** Where in the reply `text` begins, in UTF-16 code units: of a long reply only the end is shown. */
    offset: count,
    text: z.string(),
    updatedAt: instant,
  })
  .meta({ id: "PartialText", description: "The words of a model whose reply is under way." });

/** Everything about one execution. */
export const executionDetail = z
  .object({
    ...execution.shape,
    output: z.string(),
    format: z.enum(["markdown", "json", "html"]),
    input: json,
    /** What the trigger gave, over the manifest's. */
    parameters: orNull(jsonObject),
    /** Hands whose executions led to this one, oldest first. */
    chain: list(z.string()),
    eventId: textOrNull,
    versionHash: textOrNull,
    /** Time under leases, in milliseconds. */
    activeMs: z.number(),
    wakeAt: instantOrNull,
    cancelRequestedAt: instantOrNull,
    cancelRequestedBy: textOrNull,
    /** Executions that were started to retry this one. */
    retriedBy: list(z.string()),
    /** Side effects that a retry would repeat. */
    effects: list(
      z.object({ stepIndex: count, name: z.string(), effect: effect.nullable(), status: stepStatus }),
    ),
    /** The first page of steps. */
    steps: list(step),
    nextStepsCursor: textOrNull,
    deliveries: list(delivery),
    /** Newest first; at most 100. */
    approvals: list(approval),
    partialText: orNull(partialText),
  })
  .meta({ id: "ExecutionDetail", description: "Everything about one execution." });

export const executionPage = page(execution).meta({ id: "ExecutionPage" });
export const stepPage = page(step).meta({ id: "StepPage" });

/** Which executions. At least one member has to be there for a bulk change. */
export const executionFilter = z
  .object({
    hand: z.string().optional(),
    status: list(executionStatus).optional(),
    outcome: list(outcome).optional(),
    trigger: triggerType.optional(),
    since: instant.optional(),
    until: instant.optional(),
    /** Looked for in output, error, reason and id, among the newest 10,000 that the rest of the filter leaves. */
    search: z.string().min(1).max(200).optional(),
  })
  .meta({ id: "ExecutionFilter" });

/** What a bulk change would do, or did. */
export const bulkAnswer = z
  .object({
    /** How many the filter fits and the change applies to; at most 1,000 are changed at once. */
    count,
    isDryRun: z.boolean(),
    /** Hands that they belong to, with how many of each. */
    hands: list(z.object({ handName: z.string(), count })),
    /** Those that were changed; new executions for a retry. Empty in a dry run. */
    executionIds: list(z.string()),
    failures: list(z.object({ executionId: z.string(), code: z.string(), message: z.string() })),
  })
  .meta({ id: "BulkAnswer" });

/** An execution that was started. */
export const started = z.object({ executionId: z.string(), isRepeated: z.boolean() }).meta({
  id: "Started",
  description:
    "The execution that was started; `isRepeated` where the same idempotency key had started it before.",
});

import { z } from "zod";
import { gate } from "./approvals.ts";
import {
  count,
  effect,
  handStatus,
  instant,
  instantOrNull,
  json,
  jsonObject,
  list,
  numberOrNull,
  orNull,
  textOrNull,
  triggerType,
} from "./parts.ts";

/** One problem of a manifest, at its place. */
export const diagnostic = z
  .object({
    severity: z.enum(["error", "warning"]),
    code: z.string(),
    message: z.string(),
    file: z.string(),
    line: numberOrNull,
    column: numberOrNull,
    hint: textOrNull,
    /** The text of the line, for the caret. */
    source: textOrNull,
  })
  .meta({ id: "Diagnostic", description: "One problem of a manifest, at its place." });

const schedule = z
  .object({
    cron: textOrNull,
    /** Seconds. */
    interval: numberOrNull,
    at: textOrNull,
    timezone: z.string(),
  })
  .meta({ id: "Schedule", description: "Exactly one of cron, interval and at is set." });

/** A hand in a list. */
export const hand = z
  .object({
    name: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    status: handStatus,
    schedule: orNull(schedule),
    /** In words, as in `every day at 07:00, Europe/Berlin`. */
    scheduleInWords: textOrNull,
    /** Null where the hand is broken. */
    trigger: triggerType.nullable(),
    version: textOrNull,
    nextRunAt: instantOrNull,
    lastRunAt: instantOrNull,
    runCount: count,
    successCount: count,
    failureCount: count,
    isPaused: z.boolean(),
    problems: list(diagnostic),
  })
  .meta({ id: "Hand", description: "A hand in a list." });

/** What happens when the hand calls a tool. */
const toolPolicy = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("runs"), because: z.enum(["read", "confined", "unattended"]) }),
    z.object({
      kind: z.literal("asks"),
      /** Keys of the gates; empty where it asks because nothing lets it run. */
      gates: list(z.string()),
      /** A gate's condition decides; without it the call may run. */
      isConditional: z.boolean(),
    }),
    /** An operator's deny rule. */
    z.object({ kind: z.literal("refused"), rule: z.string() }),
  ])
  .meta({ id: "ToolPolicy" });

const handTool = z
  .object({
    name: z.string(),
    description: textOrNull,
    /** Null where the hand's own code has not been loaded, or the tool is missing. */
    effect: effect.nullable(),
    origin: z.enum(["builtin", "hand", "mcp", "unknown"]),
    isRequired: z.boolean(),
    /** False where no such tool is there. */
    isAvailable: z.boolean(),
    /** Null where the effect is not known. */
    policy: orNull(toolPolicy),
    inputSchema: orNull(jsonObject),
  })
  .meta({ id: "HandTool", description: "A tool that the hand may call, and who may run it." });

const skill = z
  .object({
    name: z.string(),
    description: textOrNull,
    path: z.string(),
    kind: z.enum(["file", "package"]),
    /** At most 64 kB. */
    text: textOrNull,
  })
  .meta({ id: "Skill", description: "Domain knowledge of a hand." });

/** How its executions of the last 30 days went, by day. */
const dayFigures = z
  .object({
    day: z.iso.date(),
    runs: count,
    succeeded: count,
    failed: count,
    /** Of executions that ended; null where none did. */
    medianDurationMs: numberOrNull,
    inputTokens: count,
    outputTokens: count,
    costUsd: z.number(),
  })
  .meta({ id: "DayFigures", description: "A UTC day of a hand's executions." });

const metric = z
  .object({
    label: z.string(),
    memoryKey: z.string(),
    format: z.enum(["number", "text", "percentage", "duration", "bytes", "date", "currency"]),
    /** Null where the hand has not set it. */
    value: json,
  })
  .meta({ id: "Metric", description: "A figure of a hand's memory." });

/** Everything about one hand. */
export const handDetail = z
  .object({
    ...hand.shape,
    author: textOrNull,
    brain: z.enum(["model", "script"]).nullable(),
    model: textOrNull,
    handDir: textOrNull,
    pausedAt: instantOrNull,
    pausedBy: textOrNull,
    pauseNote: textOrNull,
    enabledOverride: z.boolean().nullable(),
    enabledOverrideBy: textOrNull,
    /** Of the newest failure; a success clears it. */
    errorMessage: textOrNull,
    /** The validated manifest with every default filled in; null where it is broken. */
    manifest: orNull(jsonObject),
    /** `HAND.toml` as it is written; at most 64 kB. */
    manifestText: textOrNull,
    /** `SYSTEM.md`; at most 256 kB. */
    prompt: textOrNull,
    /** `hand.ts`; at most 256 kB. */
    script: textOrNull,
    skills: list(skill),
    tools: list(handTool),
    gates: list(gate),
    parameters: jsonObject,
    /** What people call it. */
    title: textOrNull,
    category: textOrNull,
    icon: textOrNull,
    /** The format of its manifest, as in `native` or `openfang`; null where it is broken. */
    dialect: textOrNull,
    /** The forms of its parameters as a JSON Schema; null where it has none. */
    parametersSchema: orNull(jsonObject),
    /** Figures of its memory, as `[dashboard]` names them. */
    metrics: list(metric),
    /** The next 10. */
    nextFires: list(instant),
    days: list(dayFigures),
  })
  .meta({ id: "HandDetail", description: "Everything about one hand." });

export const handList = z.object({ items: list(hand), isAllPaused: z.boolean() }).meta({ id: "HandList" });

/** What a change of a hand came to. */
/** A hand that came from elsewhere, and what letting it run would mean. */
const handTrust = z
  .object({
    /** Where it came from, as it was given when it was installed. */
    source: z.string(),
    commit: textOrNull,
    installedAt: instant,
    installedBy: z.string(),
    isTrusted: z.boolean(),
    /** Who trusted it, or another state of it, last. */
    trustedBy: textOrNull,
    trustedAt: instantOrNull,
    /** Of its files as they are: what a decision is bound to. */
    hash: z.string(),
    files: list(z.string()),
    /** What is not as it was trusted; null where nobody trusted it before. */
    differences: orNull(
      z.object({ added: list(z.string()), changed: list(z.string()), removed: list(z.string()) }),
    ),
    /** What it would do here, in words; null where its manifest is broken. */
    explanation: z.union([list(z.object({ title: z.string(), sentences: list(z.string()) })), z.null()]),
  })
  .meta({ id: "HandTrust" });

/** `trust` is null for a hand that may run: it is trusted as it is, or came from nowhere else. */
export const handTrustAnswer = z.object({ trust: orNull(handTrust) }).meta({ id: "HandTrustAnswer" });

export const handChanged = z
  .object({
    /** False where it was so already. */
    hasChanged: z.boolean(),
    hand: orNull(hand),
  })
  .meta({ id: "HandChanged" });

import { z } from "zod";
import { approval } from "./approvals.ts";
import { execution } from "./executions.ts";
import { hand } from "./hands.ts";
import {
  count,
  executionStatus,
  instant,
  instantOrNull,
  list,
  numberOrNull,
  outcome,
  textOrNull,
} from "./parts.ts";

/** One mark of a hand's strip. */
const stripMark = z
  .object({
    id: z.string(),
    status: executionStatus,
    outcome: outcome.nullable(),
    reason: textOrNull,
    trigger: z.string(),
    /** When it was to run, or when it was made. */
    at: instant,
    durationMs: numberOrNull,
    costUsd: numberOrNull,
    error: textOrNull,
  })
  .meta({ id: "StripMark", description: "One of a hand's last 40 executions." });

const fire = z.object({ handName: z.string(), at: instant, isHeld: z.boolean() }).meta({
  id: "Fire",
  description: "A scheduled instant. `isHeld` while the hand is paused.",
});

const budget = z
  .object({
    scope: z.enum(["hand", "project"]),
    handName: textOrNull,
    limitUsd: z.number(),
    spentUsd: z.number(),
    resetsAt: instant,
  })
  .meta({
    id: "Budget",
    description: "Money of a day: what may be spent, what was, and when it is fresh again.",
  });

/** What a person opens in the morning. */
export const overview = z
  .object({
    now: instant,
    isAllPaused: z.boolean(),
    needsYou: z.object({ count, items: list(approval) }),
    running: z.object({ count, items: list(execution) }),
    failed24h: z.object({ count, items: list(execution) }),
    nextFires: list(fire),
    spentToday: z.object({
      /** The UTC day's beginning. */
      since: instant,
      costUsd: z.number(),
      /** Executions whose price is not known. */
      unpricedCount: count,
      inputTokens: count,
      outputTokens: count,
      budgets: list(budget),
    }),
    hands: list(z.object({ hand, strip: list(stripMark) })),
  })
  .meta({ id: "Overview", description: "Lists have at most 20 members, strips 40, newest last." });

/** One fire, past or to come, or an execution that no schedule started. */
export const calendarEntry = z
  .object({
    handName: z.string(),
    at: instant,
    kind: z.enum(["planned", "held", "open", "ran", "skipped"]),
    trigger: z.string(),
    executionId: textOrNull,
    outcome: outcome.nullable(),
    reason: textOrNull,
    durationMs: numberOrNull,
    /** Where one record stands for several fires: the last of them, and how many. */
    lastAt: instantOrNull,
    count,
  })
  .meta({ id: "CalendarEntry" });

export const calendar = z
  .object({
    from: instant,
    to: instant,
    entries: list(calendarEntry),
    /** Hands that fire too often to list each: how many fires, and the gap between them. */
    frequent: list(z.object({ handName: z.string(), count, firstAt: instant, lastAt: instant })),
    /** More executions lay in the span than are listed. */
    isCut: z.boolean(),
  })
  .meta({ id: "Calendar" });

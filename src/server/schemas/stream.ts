import { z } from "zod";
import { count, instant, textOrNull } from "./parts.ts";
import { event } from "./settings.ts";

/*
 * What `/api/events` sends. The name of each message is a key here; `id` is set on `event` alone and is what `Last-Event-ID` carries.
 */
export const streamMessages = {
  /** First of all. */
  hello: z.object({ version: z.string(), position: count, now: instant }),
  /** Something that happened. */
  event,
  /**
   * Something is not what it was, at most twice a second for each subject: look at it again. `all` where another process changed it and
   * what it was is not known.
   */
  changed: z.object({
    kind: z.enum(["execution", "approval", "hand", "delivery", "all"]),
    executionId: textOrNull,
    handName: textOrNull,
    approvalId: textOrNull,
  }),
  /**
   * Words of a reply under way, as they come. They belong at `offset`, in UTF-16 code units from the reply's beginning: where that is not the
   * end of what was told of this step before, they take its place. First of all comes what there is so far. `isOver`: the reply is there, or
   * will not come.
   */
  text: z.object({
    executionId: z.string(),
    handName: z.string(),
    stepIndex: count,
    offset: count,
    text: z.string(),
    isOver: z.boolean(),
  }),
  /** Something was left out for this reader: read everything again. */
  resync: z.object({
    reason: z.enum(["slow_reader", "too_far_behind", "unknown_position"]),
    position: count,
  }),
  /** The process stops; connect again later. */
  bye: z.object({ reason: z.literal("stopping") }),
} as const;

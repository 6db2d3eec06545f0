import { z } from "zod";
import { toJsonValue } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { getPorts } from "./get-ports.ts";

/** Starts another hand of the project, once for each call, however often the call is repeated. */
export const executeHand = defineTool({
  name: "execute_hand",
  description:
    "Starts another hand with an input and gives the id of its execution; it does not wait for its end. A hand that is among those that led to this execution cannot be started, nor one more than five deep.",
  effect: "destructive",
  idempotent: true,
  timeoutMs: 30_000,
  input: z.strictObject({
    hand: z.string().min(1).max(64).describe("The name of the hand."),
    input: z.unknown().optional().describe("Any JSON value; the hand is shown it."),
  }),
  execute: async ({ hand, input }, context) => ({
    hand,
    executionId: await getPorts(context, "execute_hand").startHand({
      handName: hand,
      input: input === undefined ? null : toJsonValue(input),
      key: context.idempotencyKey,
    }),
  }),
});

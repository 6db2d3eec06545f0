import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import { getPorts } from "./get-ports.ts";

/** Says something to people before the execution ends, through the channels of the hand's output. */
export const notify = defineTool({
  name: "notify",
  description:
    "Sends a short text to people now, through the channels of your output. What you answer at the end is delivered anyway: use this only for what cannot wait.",
  effect: "destructive",
  action: "broadcast",
  timeoutMs: 60_000,
  input: z.strictObject({
    text: z.string().trim().min(1).max(2000).describe("Plain text."),
    channel: z.string().min(1).optional().describe("One of the channels. Default: all of them."),
  }),
  execute: async ({ text, channel }, context) => ({
    sentTo: await getPorts(context, "notify").notify({ text, channel: channel ?? null }),
  }),
});

import { generateText, isStepCount, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { z } from "zod";
import type { OpenLoop } from "./open-loop.ts";

/** The AI SDK's own loop: model, tool, model, in memory alone. */
export const openAiLoop: OpenLoop = async (_place, steps) => {
  const note = tool({
    description: "Takes a number and gives it back",
    inputSchema: z.object({ number: z.number() }),
    execute: async ({ number }) => ({ number }),
  });
  return {
    async runOnce() {
      const model = new MockLanguageModelV4({
        doGenerate: async ({ prompt }) => {
          const done = prompt.filter(({ role }) => role === "tool").length;
          const input = JSON.stringify({ number: done });
          return {
            content:
              done < steps
                ? [{ type: "tool-call", toolCallId: `call-${done}`, toolName: "note", input }]
                : [{ type: "text", text: "done" }],
            finishReason: { unified: done < steps ? "tool-calls" : "stop", raw: undefined },
            usage: {
              inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
              outputTokens: { total: 10, text: 10, reasoning: 0 },
            },
            warnings: [],
          };
        },
      });
      const result = await generateText({
        model,
        system: "Call note until you are done.",
        prompt: "Begin.",
        tools: { note },
        stopWhen: isStepCount(steps + 1),
      });
      if (result.text !== "done") throw new Error(`the loop ended with ${JSON.stringify(result.text)}`);
    },
  };
};

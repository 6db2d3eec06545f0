import { z } from "zod";
import { defineTool } from "../define-tool.ts";

/** Lists what the hand remembers. */
export const memoryList = defineTool({
  name: "memory_list",
  description: "Lists what you remembered, keys and values, sorted by key.",
  effect: "read",
  confinedTo: "memory",
  input: z.strictObject({
    prefix: z.string().max(200).default("").describe("Only keys that begin with this."),
    limit: z.int().min(1).max(500).default(100),
  }),
  async execute({ prefix, limit }, context) {
    const found = [...(await context.memory.list(prefix))].sort((left, right) =>
      left.key < right.key ? -1 : 1,
    );
    return { entries: found.slice(0, limit), total: found.length };
  },
});

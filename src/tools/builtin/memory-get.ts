import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import { memoryKey } from "./memory-key.ts";

/** Reads one thing that the hand remembers. */
export const memoryGet = defineTool({
  name: "memory_get",
  description:
    "Reads what you remembered under a key, in this or an earlier execution. found is false where there is nothing.",
  effect: "read",
  confinedTo: "memory",
  input: z.strictObject({ key: memoryKey }),
  async execute({ key }, context) {
    const value = await context.memory.get(key);
    return { key, found: value !== undefined, value: value ?? null };
  },
});

import { z } from "zod";
import { toJsonValue } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { memoryKey } from "./memory-key.ts";

/** The longest value, as bytes of its JSON. */
const MAX_VALUE_BYTES = 100_000;

/** Remembers one thing for later executions. */
export const memorySet = defineTool({
  name: "memory_set",
  description: "Remembers a JSON value under a key for later executions. What was there before is replaced.",
  effect: "write",
  idempotent: true,
  confinedTo: "memory",
  input: z.strictObject({
    key: memoryKey,
    // Not z.json(): its schema refers to itself, which some models' servers refuse.
    value: z
      .unknown()
      .refine((value) => value !== undefined, "a value is needed; null is one")
      .refine(
        (value) => byteLengthOf(value) <= MAX_VALUE_BYTES,
        `must have at most ${MAX_VALUE_BYTES} bytes of JSON`,
      )
      .describe("Any JSON value."),
  }),
  async execute({ key, value }, context) {
    const json = toJsonValue(value);
    await context.memory.set(key, json);
    return { key, byteLength: byteLengthOf(json) };
  },
});

function byteLengthOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}

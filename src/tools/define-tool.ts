import type { z } from "zod";
import type { ToolDefinition } from "./types.ts";

/** Gives a tool its types: the arguments of `execute` are what `input` parses. Changes nothing. */
export function defineTool<Schema extends z.ZodType>(
  definition: ToolDefinition<Schema>,
): ToolDefinition<Schema> {
  return definition;
}

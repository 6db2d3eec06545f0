import type { z } from "zod";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { describeError, isPlainObject, toJsonValue } from "../core/index.ts";
import type { ParsedArguments, ToolDefinition } from "./types.ts";

/** Parses once; defaults are filled in, and what comes out is JSON. Refusals are sentences that a model can act on. */
export async function parseArguments(
  { name, input }: Pick<ToolDefinition, "name" | "input">,
  args: JsonValue,
): Promise<ParsedArguments> {
  try {
    const parsed = await input.safeParseAsync(args);
    if (!parsed.success) return { ok: false, message: `${name}: ${describeIssues(parsed.error.issues)}` };
    const value = toJsonValue(parsed.data);
    if (!isPlainObject(value)) return { ok: false, message: `${name}: the arguments must be an object` };
    return { ok: true, args: value as JsonObject };
  } catch (error) {
    return { ok: false, message: `${name}: its own check of the arguments failed: ${describeError(error)}` };
  }
}

function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .map((issue) => `${describePath(issue.path)}${issue.message.replace(/^Invalid input: /, "")}`)
    .join("; ");
}

function describePath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "";
  const parts = path.map((part, index) => {
    if (typeof part === "number") return `[${part}]`;
    return index === 0 ? String(part) : `.${String(part)}`;
  });
  return `${parts.join("")}: `;
}

import { z } from "zod";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { describeError, HandsError, hashJson, toJsonValue } from "../core/index.ts";
import { boundResult } from "./bound-result.ts";
import { parseArguments } from "./parse-arguments.ts";
import { checkToolName } from "./tool-name.ts";
import type { CallableTool, ToolContext, ToolDefinition, ToolDescriptor, ToolOrigin } from "./types.ts";

/** The time of one call where a tool does not say: 2 minutes. */
const DEFAULT_TIMEOUT_MS = 120_000;

/** Where a definition comes from. */
export interface ToolSource {
  readonly origin: ToolOrigin;
  /** What changes whenever the tool's code may have changed: the program's version, or the hash of the hand's folder. */
  readonly codeVersion: string;
}

/**
 * Makes a tool callable that runs in this thread. A `confinedTo` is kept for built-in tools only.
 *
 * Throws: `invalid_argument` when the name or the schema cannot be used.
 */
export function toCallableTool(definition: ToolDefinition, source: ToolSource): CallableTool {
  const descriptor = describeTool(definition, source);
  return {
    descriptor,
    parse: (args) => parseArguments(definition, args),
    files: (args) => definition.files?.(args) ?? [],
    execute: (args, context) => runTool(definition, args, context),
  };
}

function describeTool(definition: ToolDefinition, { origin, codeVersion }: ToolSource): ToolDescriptor {
  checkToolName(definition.name, origin);
  const inputSchema = toInputSchema(definition);
  const { name, effect } = definition;
  return {
    name,
    description: definition.description.trim(),
    effect,
    action: definition.action ?? null,
    isIdempotent: effect === "read" || definition.idempotent === true,
    confinedTo: origin === "builtin" ? (definition.confinedTo ?? null) : null,
    isUntrusted: definition.untrusted ?? false,
    timeoutMs: definition.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    origin,
    inputSchema,
    version: hashJson({ name, effect, inputSchema, codeVersion }),
  };
}

function toInputSchema({ name, input }: ToolDefinition): JsonObject {
  let schema: JsonObject;
  try {
    const { $schema: _dialect, ...rest } = z.toJSONSchema(input, { io: "input" });
    schema = toJsonValue(rest) as JsonObject;
  } catch (error) {
    throw notJson(name, error);
  }
  if (schema.type !== "object") {
    throw new HandsError("invalid_argument", `The input of the tool ${name} is not an object`, {
      hint: "Models pass named arguments: write input: z.object({ … }).",
    });
  }
  return schema;
}

async function runTool(
  definition: ToolDefinition,
  args: JsonObject,
  context: ToolContext,
): Promise<JsonValue> {
  context.signal.throwIfAborted();
  let result: unknown;
  try {
    result = await definition.execute(args, context);
  } catch (error) {
    if (error instanceof HandsError) throw error;
    // What a tool throws when it is interrupted is the platform's own AbortError; why it was interrupted is in the signal.
    if (context.signal.aborted) throw context.signal.reason;
    throw failed(definition.name, error);
  }
  return boundResult(toJsonValue(result));
}

function notJson(name: string, cause: unknown): HandsError {
  const message = `The input of the tool ${name} cannot be shown to a model: ${describeError(cause)}`;
  return new HandsError("invalid_argument", message, {
    hint: "Use types that JSON has: texts, numbers, booleans, lists and objects. Write a date as z.iso.datetime().",
    cause,
  });
}

function failed(name: string, cause: unknown): HandsError {
  return new HandsError("tool_failed", `${name} failed: ${describeError(cause)}`, { cause });
}

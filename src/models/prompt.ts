import type { ModelMessage as PromptMessage, ToolSet } from "ai";
import type { JsonValue } from "../core/index.ts";
import { isPlainObject } from "../core/index.ts";
import type { ToolNames } from "./tool-names.ts";
import type { ModelMessage, ModelRequest } from "./types.ts";

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;
type ToolMessage = Extract<ModelMessage, { role: "tool" }>;
type AssistantPrompt = Extract<PromptMessage, { role: "assistant" }>;
type ToolPart = Extract<PromptMessage, { role: "tool" }>["content"][number];

/** What `raw` of a reply is: the library's message, and the model that it is from. */
export interface RawReply {
  readonly model: string;
  readonly message: JsonValue;
}

/** What a model is told of the format, where its server cannot be told. */
const JSON_INSTRUCTION =
  "Your final answer must be one JSON value and nothing else: no Markdown fence, no words around it.";

/** The system prompt, or undefined where there is nothing to say. */
export function toInstructions(request: ModelRequest): string | undefined {
  const parts = [request.system, request.format === "json" ? JSON_INSTRUCTION : ""];
  return parts.filter((part) => part.trim() !== "").join("\n\n") || undefined;
}

/**
 * The conversation in the library's form. A reply of this very model goes back as it came, with the signatures of its
 * reasoning; one of another model is told anew from its text and calls, for signatures of one are errors to another.
 */
export function toPromptMessages(
  messages: readonly ModelMessage[],
  modelName: string,
  toolNames: ToolNames,
): PromptMessage[] {
  const wireNames = new Map<string, string>();
  return messages.flatMap((message) => toPromptMessage(message, modelName, toolNames, wireNames));
}

function toPromptMessage(
  message: ModelMessage,
  modelName: string,
  toolNames: ToolNames,
  wireNames: Map<string, string>,
): readonly PromptMessage[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "assistant": {
      const prompt = readRaw(message.raw, modelName) ?? rebuildReply(message, toolNames);
      if (typeof prompt.content === "string") return [prompt];
      for (const part of prompt.content) {
        if (part.type === "tool-call") wireNames.set(part.toolCallId, part.toolName);
      }
      return prompt.content.length === 0 ? [] : [prompt];
    }
    case "tool": {
      const content = message.results.map((result) => toToolPart(result, wireNames, toolNames));
      return [{ role: "tool", content }];
    }
  }
}

/** The tools in the library's form: without an execute function, so it can run none. */
export function toToolSet(
  request: ModelRequest,
  toolNames: ToolNames,
  jsonSchema: typeof import("ai").jsonSchema,
): ToolSet | undefined {
  if (request.tools.length === 0) return undefined;
  return Object.fromEntries(
    request.tools.map((tool) => [
      toolNames.toWire(tool.name),
      {
        description: tool.description,
        inputSchema: jsonSchema<unknown>({ type: "object", ...tool.inputSchema } as Parameters<
          typeof jsonSchema
        >[0]),
      },
    ]),
  );
}

/** The raw form of a reply, to be kept in its `raw`. */
export function createRaw(modelName: string, message: JsonValue): JsonValue {
  return { model: modelName, message } satisfies RawReply;
}

function readRaw(raw: JsonValue, modelName: string): AssistantPrompt | undefined {
  if (!isPlainObject(raw) || raw["model"] !== modelName) return undefined;
  const message = raw["message"];
  if (!isPlainObject(message) || message["role"] !== "assistant" || !Array.isArray(message["content"]))
    return undefined;
  return message as unknown as AssistantPrompt;
}

function rebuildReply(message: AssistantMessage, toolNames: ToolNames): AssistantPrompt {
  const text = message.text === "" ? [] : [{ type: "text" as const, text: message.text }];
  const calls = message.toolCalls.map((call) => ({
    type: "tool-call" as const,
    toolCallId: call.callId,
    toolName: toolNames.toWire(call.name),
    input: call.args ?? {},
  }));
  return { role: "assistant", content: [...text, ...calls] };
}

/** A result is under the name that its call had on the wire, for Google matches the two by name. */
function toToolPart(
  { callId, name, result, isError }: ToolMessage["results"][number],
  wireNames: ReadonlyMap<string, string>,
  toolNames: ToolNames,
): ToolPart {
  const toolName = wireNames.get(callId) ?? toolNames.toWire(name);
  const output = toToolOutput(result, isError);
  return { type: "tool-result", toolCallId: callId, toolName, output };
}

function toToolOutput(
  result: JsonValue,
  isError: boolean,
): Extract<ToolPart, { type: "tool-result" }>["output"] {
  if (typeof result === "string") return { type: isError ? "error-text" : "text", value: result };
  const value = result as Extract<
    Extract<ToolPart, { type: "tool-result" }>["output"],
    { type: "json" }
  >["value"];
  return { type: isError ? "error-json" : "json", value };
}

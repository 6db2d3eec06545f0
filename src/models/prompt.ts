import type {
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
} from "@ai-sdk/provider";
import type { JsonValue } from "../core/index.ts";
import { readRawReply } from "./raw-reply.ts";
import type { ToolNames } from "./tool-names.ts";
import type { ModelMessage, ModelRequest } from "./types.ts";

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;
type ToolMessage = Extract<ModelMessage, { role: "tool" }>;
type PromptReply = Extract<LanguageModelV4Message, { role: "assistant" }>["content"];
type PromptResult = Extract<
  Extract<LanguageModelV4Message, { role: "tool" }>["content"][number],
  { output: unknown }
>;
type PromptJson = Extract<PromptResult["output"], { type: "json" }>["value"];

/** What a model is told of the format, for not every server can be told. */
const JSON_INSTRUCTION =
  "Your final answer must be one JSON value and nothing else: no Markdown fence, no words around it.";

/**
 * The system prompt and the conversation in the AI SDK's form. A reply of this very model goes back as it came, with the
 * signatures of its reasoning; one of another model is told anew, for signatures of one are errors to another.
 */
export function toPrompt(
  request: ModelRequest,
  modelName: string,
  toolNames: ToolNames,
): LanguageModelV4Prompt {
  const system = [request.system, request.format === "json" ? JSON_INSTRUCTION : ""]
    .filter((part) => part.trim() !== "")
    .join("\n\n");
  const wireNames = new Map<string, string>();
  const messages = request.messages.flatMap((message) =>
    toPromptMessage(message, modelName, toolNames, wireNames),
  );
  return system === "" ? messages : [{ role: "system", content: system }, ...messages];
}

/** The tools in the AI SDK's form. Every provider wants an object's schema. */
export function toPromptTools(request: ModelRequest, toolNames: ToolNames): LanguageModelV4FunctionTool[] {
  return request.tools.map((tool) => ({
    type: "function",
    name: toolNames.toWire(tool.name),
    description: tool.description,
    inputSchema: { type: "object", ...tool.inputSchema } as LanguageModelV4FunctionTool["inputSchema"],
  }));
}

function toPromptMessage(
  message: ModelMessage,
  modelName: string,
  toolNames: ToolNames,
  wireNames: Map<string, string>,
): readonly LanguageModelV4Message[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: [{ type: "text", text: message.text }] }];
    case "assistant": {
      const content = [...(readRawReply(message.raw, modelName) ?? retellReply(message, toolNames))];
      for (const part of content)
        if (part.type === "tool-call") wireNames.set(part.toolCallId, part.toolName);
      return content.length === 0 ? [] : [{ role: "assistant", content }];
    }
    case "tool":
      return [
        {
          role: "tool",
          content: message.results.map((result) => toPromptResult(result, wireNames, toolNames)),
        },
      ];
  }
}

function retellReply(message: AssistantMessage, toolNames: ToolNames): PromptReply {
  const text = message.text === "" ? [] : [{ type: "text" as const, text: message.text }];
  const calls = message.toolCalls.map((call) => ({
    type: "tool-call" as const,
    toolCallId: call.callId,
    toolName: toolNames.toWire(call.name),
    input: call.args ?? {},
  }));
  return [...text, ...calls];
}

/** A result is under the name that its call had on the wire, for Google matches the two by name. */
function toPromptResult(
  { callId, name, result, isError }: ToolMessage["results"][number],
  wireNames: ReadonlyMap<string, string>,
  toolNames: ToolNames,
): PromptResult {
  const toolName = wireNames.get(callId) ?? toolNames.toWire(name);
  return { type: "tool-result", toolCallId: callId, toolName, output: toPromptOutput(result, isError) };
}

function toPromptOutput(result: JsonValue, isError: boolean): PromptResult["output"] {
  if (typeof result === "string") return { type: isError ? "error-text" : "text", value: result };
  return { type: isError ? "error-json" : "json", value: result as PromptJson };
}

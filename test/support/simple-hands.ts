import type { ScriptedModelOptions, ScriptedToolCall } from "../../src/models/index.ts";

/** The manifest of a hand, with whatever else it is to say. */
export function manifest(name: string, more = ""): string {
  return `[hand]\nname = "${name}"\ndescription = "Does ${name}"\n${more}\n`;
}

/** A model that makes these calls in its first reply, and in its second says what came back. */
export function callOnce(...toolCalls: ScriptedToolCall[]): NonNullable<ScriptedModelOptions["replies"]> {
  return (request) => {
    const last = request.messages.at(-1);
    if (last?.role !== "tool") return { toolCalls };
    return { text: last.results.map((result) => JSON.stringify(result.result)).join("\n") };
  };
}

/** The files of a model's hand that may call these tools without being asked. */
export function modelHand(name: string, tools: readonly string[], more = ""): Record<string, string> {
  const list = JSON.stringify(tools);
  const table = tools.length === 0 ? "" : `[tools]\nrequired = ${list}\nunattended = ${list}\n`;
  return { "HAND.toml": manifest(name, `${table}${more}`), "SYSTEM.md": `You are ${name}.` };
}

/** The files of a script's hand that may call these tools without being asked. */
export function scriptHand(
  name: string,
  body: string,
  options: { readonly tools?: readonly string[]; readonly more?: string } = {},
): Record<string, string> {
  const { tools = [], more = "" } = options;
  const list = JSON.stringify(tools);
  const table = tools.length === 0 ? "" : `[tools]\nrequired = ${list}\nunattended = ${list}\n`;
  return {
    "HAND.toml": manifest(name, `${table}${more}`),
    "hand.ts": `export default async function (hand) {\n${body}\n}\n`,
  };
}

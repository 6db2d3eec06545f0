import type { ScriptMessage, ScriptOutcome, ScriptRun, ScriptStart } from "../../src/code/index.ts";

/** What a script is started with, where a test does not care. */
export const someStart: ScriptStart = {
  handName: "oracle",
  executionId: "execution-1",
  trigger: "manual",
  scheduledFor: null,
  parameters: {},
  input: null,
  journaledValues: [],
};

/** A script that does this. */
export function scriptOf(body: string, before = ""): string {
  return `import type { HandContext } from "hands";
${before}
export default async function (hand: HandContext) {
${body}
}
`;
}

/** Everything up to and with the next message of one of the types. */
export async function readUntil(run: ScriptRun, ...types: ScriptMessage["type"][]): Promise<ScriptMessage[]> {
  const messages: ScriptMessage[] = [];
  for (;;) {
    const message = await run.next();
    messages.push(message);
    if (types.includes(message.type)) return messages;
    if (message.type === "lost") throw new Error(`lost: ${message.message}`);
  }
}

/** Plays the runner: answers each call, one delivery for each rest, oldest first; gives all that was said. */
export async function playThrough(
  run: ScriptRun,
  answer: (index: number, call: Extract<ScriptMessage, { type: "call" }>["call"]) => ScriptOutcome,
): Promise<ScriptMessage[]> {
  const messages: ScriptMessage[] = [];
  const waiting: { readonly index: number; readonly outcome: ScriptOutcome }[] = [];
  for (;;) {
    const message = await run.next();
    messages.push(message);
    switch (message.type) {
      case "call":
        waiting.push({ index: message.index, outcome: answer(message.index, message.call) });
        break;
      case "quiet": {
        const next = waiting.shift();
        if (next !== undefined) run.deliver(next.index, next.outcome);
        break;
      }
      case "returned":
      case "threw":
      case "lost":
        return messages;
      case "value":
      case "log":
    }
  }
}

/** The outcome of a call that went well. */
export function ok(value: Extract<ScriptOutcome, { ok: true }>["value"]): ScriptOutcome {
  return { ok: true, value };
}

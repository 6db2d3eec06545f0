import type { ModelMessage } from "./types.ts";

/** The ids of every call that a conversation has. */
export function collectCallIds(messages: readonly ModelMessage[]): ReadonlySet<string> {
  const callIds = new Set<string>();
  for (const message of messages) {
    if (message.role === "assistant") for (const { callId } of message.toolCalls) callIds.add(callId);
  }
  return callIds;
}

/**
 * The same ids, each used once: one that is missing is made, one that repeats in the reply or the conversation gets a number.
 * Without this the result of one call would be taken for another's, and an approval of one would cover both.
 */
export function makeCallIdsUnique(callIds: readonly string[], taken: ReadonlySet<string>): readonly string[] {
  const used = new Set(taken);
  return callIds.map((callId) => {
    const base = callId === "" ? "call" : callId;
    let unique = base;
    for (let number = 2; used.has(unique); number += 1) unique = `${base}_${number}`;
    used.add(unique);
    return unique;
  });
}

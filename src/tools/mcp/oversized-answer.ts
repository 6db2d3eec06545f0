import type { JSONRPCMessage } from "@modelcontextprotocol/client";

/** The largest message of a server that is read, in bytes. */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

const ID_AT_START = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*,/;
const ID_AT_END = /,\s*"id"\s*:\s*(\d{1,15})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/;

/**
 * What stands for an answer that was too large to read: a result that says so, for the call has happened. Undefined where neither
 * end of the message says which call it answers.
 */
export function replaceOversizedAnswer(message: {
  readonly byteLength: number;
  readonly head: string;
  readonly tail: string;
}): JSONRPCMessage | undefined {
  const id = ID_AT_END.exec(message.tail)?.[1] ?? ID_AT_START.exec(message.head)?.[1];
  if (id === undefined) return undefined;
  const text = `[left out: the server's answer has ${message.byteLength} bytes, more than the ${MAX_MESSAGE_BYTES} that are read]`;
  return { jsonrpc: "2.0", id: Number(id), result: { content: [{ type: "text", text }] } };
}

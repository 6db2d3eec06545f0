import type { JsonValue } from "../core/index.ts";
import { isPlainObject } from "../core/index.ts";
import { truncateUtf8 } from "./truncate-utf8.ts";

/** The longest result of one call, as bytes of its JSON. */
export const MAX_RESULT_BYTES = 1_000_000;

/**
 * The result itself when it is short enough; else a text cut with a clear mark, or for anything but a text an object that
 * says so and has the beginning of its JSON. Never an error: the call has happened, and must not be recorded as failed.
 */
export function boundResult(result: JsonValue, maxBytes: number = MAX_RESULT_BYTES): JsonValue {
  const json = JSON.stringify(result);
  const byteLength = Buffer.byteLength(json);
  if (byteLength <= maxBytes) return result;
  const beginning = cutForJson(typeof result === "string" ? result : json, maxBytes);
  const mark = `[cut: the result has ${byteLength} bytes of JSON, more than the ${maxBytes} a tool may return]`;
  if (typeof result === "string") return `${beginning}\n${mark}`;
  return {
    truncated: true,
    byteLength,
    note: mark,
    beginning,
    ...(isPlainObject(result) ? {} : { isList: true }),
  };
}

/** Escapes can make the JSON of a text six times as long as the text, so the cut is tried until it fits. */
function cutForJson(text: string, maxBytes: number): string {
  let budget = Math.floor(maxBytes / 2);
  let beginning = truncateUtf8(text, budget);
  while (Buffer.byteLength(JSON.stringify(beginning)) > maxBytes * 0.9) {
    budget = Math.floor(budget / 2);
    beginning = truncateUtf8(beginning, budget);
  }
  return beginning;
}

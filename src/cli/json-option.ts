import type { JsonObject, JsonValue } from "../core/index.ts";
import { describeError, HandsError, isPlainObject } from "../core/index.ts";

/** Reads an option that is JSON. Throws: `invalid_argument`. */
export function parseJsonOption(option: string, written: string): JsonValue {
  try {
    return JSON.parse(written) as JsonValue;
  } catch (error) {
    throw new HandsError("invalid_argument", `${option} is not JSON: ${describeError(error)}`, {
      hint: `Quote it for the shell, as in ${option} '{"days": 7}'.`,
    });
  }
}

/** Reads an option that is a JSON object. Throws: `invalid_argument`. */
export function parseObjectOption(option: string, written: string): JsonObject {
  const value = parseJsonOption(option, written);
  if (isPlainObject(value)) return value as JsonObject;
  throw new HandsError("invalid_argument", `${option} is not a JSON object`, {
    hint: `Give all of it, as in ${option} '{"amount": 90}'.`,
  });
}

/** Reads `key=value`, the value as JSON where it is JSON and as a text otherwise. Throws: `invalid_argument`. */
export function parseParameters(written: readonly string[]): JsonObject {
  return Object.fromEntries(
    written.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) {
        throw new HandsError(
          "invalid_argument",
          `--param ${JSON.stringify(pair)} is not of the form key=value`,
          {
            hint: "As in --param lookback_hours=6.",
          },
        );
      }
      return [pair.slice(0, equals), readValue(pair.slice(equals + 1))];
    }),
  );
}

function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // What is not JSON is a text that nobody wanted to quote.
    return text;
  }
}

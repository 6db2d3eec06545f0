import type { JsonObject } from "../core/index.ts";
import { assertJsonDepth, isPlainObject } from "../core/index.ts";

/**
 * The arguments that a model wrote, or null where they are no JSON object, or one that nobody could handle. Nothing at all is an empty object,
 * for many models write that for a tool without arguments.
 */
export function readArguments(text: string): JsonObject | null {
  if (text.trim() === "") return {};
  try {
    assertJsonDepth(text, "the arguments");
    const parsed: unknown = JSON.parse(text);
    return isPlainObject(parsed) ? (parsed as JsonObject) : null;
  } catch {
    return null;
  }
}

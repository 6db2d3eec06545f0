import { z } from "zod";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { describeError } from "../core/index.ts";

/** Why a JSON Schema cannot be used, or null where it can. */
export function explainUnusableSchema(schema: unknown): string | null {
  try {
    z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    return null;
  } catch (error) {
    return describeError(error);
  }
}

/** What is wrong with a value by a JSON Schema, each problem with its place; empty where nothing is. */
export function findOutputProblems(schema: JsonObject, value: JsonValue): readonly string[] {
  const checked = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
  if (checked.success) return [];
  return checked.error.issues.map(({ path, message }) => `${path.join(".") || "the value"}: ${message}`);
}

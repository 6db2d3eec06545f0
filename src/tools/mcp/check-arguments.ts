import type { JsonObject, JsonValue } from "../../core/index.ts";
import { describeError, isPlainObject } from "../../core/index.ts";
import type { ParsedArguments } from "../types.ts";

const LONGEST_MESSAGE = 500;

/**
 * Holds arguments against a server's JSON Schema. Nothing is filled in: what was given is what is hashed, shown and sent. The schema is
 * interpreted, not compiled to code, and its regular expressions are left to the server: both would let it run something here.
 */
export async function checkArguments(schema: JsonObject, args: JsonValue): Promise<ParsedArguments> {
  if (!isPlainObject(args)) return { ok: false, message: "the arguments are not an object" };
  const { CfWorkerJsonSchemaValidator } = await import("@modelcontextprotocol/client/validators/cf-worker");
  try {
    const validator = new CfWorkerJsonSchemaValidator({ shortcircuit: false, draft: "2020-12" });
    const checked = validator.getValidator(withoutPatterns(schema) as JsonObject)(args);
    if (checked.valid) return { ok: true, args: args as JsonObject };
    return { ok: false, message: (checked.errorMessage ?? "they do not fit").slice(0, LONGEST_MESSAGE) };
  } catch (error) {
    return { ok: false, message: `the server's schema cannot be used: ${describeError(error)}` };
  }
}

/** A schema without its regular expressions; where a pattern would have allowed further members, any are allowed. */
function withoutPatterns(schema: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(schema)) return schema.map((item: JsonValue) => withoutPatterns(item) ?? null);
  if (!isPlainObject(schema)) return schema;
  const hasPatterns = isPlainObject(schema["patternProperties"]);
  return Object.fromEntries(
    Object.entries(schema as JsonObject).flatMap(([key, value]) => {
      if (key === "pattern" && typeof value === "string") return [];
      if (key === "format" && typeof value === "string") return [];
      if (hasPatterns && ["patternProperties", "additionalProperties", "unevaluatedProperties"].includes(key))
        return [];
      // What these hold are values, not schemas.
      if (["enum", "const", "default", "examples"].includes(key)) return [[key, value]];
      return [[key, withoutPatterns(value)]];
    }),
  );
}

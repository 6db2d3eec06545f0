import { DEEPEST_JSON } from "./json-depth.ts";

/** A value that JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Is it an object that is neither null nor a list? */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Anything, as the nearest JSON value: dates become ISO texts, big integers and what JSON cannot carry become texts,
 * `undefined` members are left out, a value that contains itself is named `[circular]`, what is nested deeper than
 * {@link DEEPEST_JSON} levels `[too deep]`.
 */
export function toJsonValue(value: unknown): JsonValue {
  return convert(value, new Set());
}

function convert(value: unknown, ancestors: Set<object>): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return String(value);
  if (ancestors.has(value)) return "[circular]";
  if (ancestors.size >= DEEPEST_JSON) return "[too deep]";
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof Map) return convert(Object.fromEntries(value), ancestors);
  if (value instanceof Set) return convert([...value], ancestors);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const withToJson = value as { toJSON?: () => unknown };
  if (typeof withToJson.toJSON === "function") return convert(withToJson.toJSON(), ancestors);
  ancestors.add(value);
  const result = Array.isArray(value)
    ? value.map((item) => convert(item, ancestors))
    : defineAll(
        Object.entries(value).filter(([, item]) => item !== undefined && typeof item !== "function"),
        ancestors,
      );
  ancestors.delete(value);
  return result;
}

/** `Object.fromEntries` keeps a member called `__proto__` as data. */
function defineAll(entries: readonly (readonly [string, unknown])[], ancestors: Set<object>): JsonObject {
  return Object.fromEntries(entries.map(([key, item]) => [key, convert(item, ancestors)]));
}

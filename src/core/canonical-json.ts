import { hash } from "node:crypto";
import type { JsonValue } from "./json.ts";

/**
 * The one text of a JSON value: members sorted by UTF-16 code units, no white space, numbers as JavaScript writes them.
 * Equal values have equal texts. Source of the form: RFC 8785.
 */
export function canonicalJson(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "null";
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  const object = value as { readonly [key: string]: JsonValue | undefined };
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
  return `{${members.join(",")}}`;
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return hash("sha256", data);
}

/** The hash of a JSON value, by its canonical text. */
export function hashJson(value: JsonValue | undefined): string {
  return sha256(canonicalJson(value));
}

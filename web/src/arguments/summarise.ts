import type { Json } from "../api/types.ts";
import { isMembers } from "./json-schema.ts";

const LONGEST = 200;

/** Arguments in a line: as many of them as fit, by name. */
export function summariseArguments(value: Json): string {
  if (value === null) return "";
  if (!isMembers(value)) return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, LONGEST);
  return Object.entries(value)
    .map(([name, item]) => `${name}: ${typeof item === "string" ? item : JSON.stringify(item)}`)
    .join("  ")
    .slice(0, LONGEST);
}

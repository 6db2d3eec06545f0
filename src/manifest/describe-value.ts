import { isPlainObject } from "../core/index.ts";

const LONGEST_EXCERPT = 60;

/** What was found, for a message: `the text "x"`, `the number 5`, `a list`, `a table`. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return `the text ${quote(value)}`;
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  return isPlainObject(value) ? "a table" : "missing";
}

/** A text in quotes, shortened, with control characters spelled out. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text);
}

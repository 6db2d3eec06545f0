import { z } from "zod";
import { readDuration } from "../core/index.ts";

/** What a hand or an MCP server may be called. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const DURATION_PATTERN = /^\s*(?:\d+(?:\.\d+)?\s*|(?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w)\s*)+)$/;
const POSITIVE_DURATION_PATTERN = new RegExp(`^(?=.*[1-9])${DURATION_PATTERN.source.slice(1)}`);
const TEN_YEARS_S = 315_360_000;

/*
 * In every part the `error` says what was expected, as the end of the sentence "`key` is …; expected …".
 * The message of a diagnostic is made of it.
 */

/** A text that is not empty. */
export function text(expected = "a text") {
  return z.string({ error: expected }).min(1, { error: "a text that is not empty" });
}

/** `true` or `false`. */
export function truth() {
  return z.boolean({ error: "true or false" });
}

/** A list of texts that are not empty. */
export function textList(expected: string) {
  return z.array(text(), { error: expected });
}

/** A whole number with bounds. */
export function wholeNumber(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER) {
  const expected =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error: expected }).min(minimum, { error: expected }).max(maximum, { error: expected });
}

/** A sum of money in US dollars. */
export function dollars() {
  const expected = "a number of US dollars of at least 0";
  return z.number({ error: expected }).min(0, { error: expected });
}

/** Seconds as a number, at most ten years. `isPositive` refuses 0. */
export function seconds({ isPositive }: { readonly isPositive: boolean }) {
  const expected = `a number of seconds ${isPositive ? "greater than" : "of at least"} 0 and at most ten years`;
  const number = z.number({ error: expected }).max(TEN_YEARS_S, { error: expected });
  return isPositive ? number.positive({ error: expected }) : number.min(0, { error: expected });
}

/** A duration: a number of seconds, or a text with units. */
export function duration({ isPositive }: { readonly isPositive: boolean }) {
  const expected = 'a number of seconds (900) or a text with a unit ("30s", "15m", "2h", "1d")';
  const written = z
    .string()
    .regex(isPositive ? POSITIVE_DURATION_PATTERN : DURATION_PATTERN, { error: expected })
    .refine(isWithinTenYears, { error: "at most ten years", when: ({ issues }) => issues.length === 0 });
  return z.union([seconds({ isPositive }), written], { error: expected });
}

function isWithinTenYears(written: string): boolean {
  return (readDuration(written) ?? Number.POSITIVE_INFINITY) <= TEN_YEARS_S * 1000;
}

/** One of a list of words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `one of ${words.map((word) => JSON.stringify(word)).join(", ")}` });
}

const A_TABLE = "a table";

/** A table whose further keys are kept, with a warning. */
export function openTable<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape, { error: A_TABLE });
}

/** A table that takes no further keys, because a misspelt one would loosen what the table is there to hold. */
export function closedTable<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: A_TABLE });
}

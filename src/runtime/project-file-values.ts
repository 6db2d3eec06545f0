import { z } from "zod";

/*
 * In every part the `error` says what was expected, as the end of the sentence "`key` is …; expected …". Every table is strict: a
 * key that is passed over could be a rule that is not kept.
 */

export const A_TABLE = "a table";

/** What a channel, a provider or a secret may be called. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Where a secret is kept, never the secret itself. */
export const secretSource = z.union(
  [
    z.strictObject({ env: z.string().regex(VARIABLE, { error: "the name of an environment variable" }) }),
    z.strictObject({ file: text("the path of a file") }),
  ],
  { error: '{ env = "NAME" } or { file = "path" }' },
);

/** Where a secret is kept. */
export type SecretSource = z.output<typeof secretSource>;

export const address = z
  .string({ error: "an http or https address" })
  .refine((written) => isAddress(written, /^https?:$/), {
    error: "an http or https address without a user and password",
  });

export function text(expected: string) {
  return z.string({ error: expected }).trim().min(1, { error: expected });
}

export function texts(expected: string) {
  return z.array(text("a text that is not empty"), { error: expected });
}

export function named<Value extends z.ZodType>(value: Value, pattern: RegExp) {
  const others =
    pattern === NAME ? ", '_', '-' and '.'" : pattern === VARIABLE ? " and '_'" : ", '_' and '-'";
  const expected = `a name of letters, digits${others}`;
  return z.record(z.string().regex(pattern, { error: expected }), value, { error: A_TABLE });
}

export function wholeNumber(minimum: number, maximum: number) {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error: expected }).min(minimum, { error: expected }).max(maximum, { error: expected });
}

/** An address of one of these protocols, with no user and password in it. */
export function isAddress(written: string, protocols: RegExp): boolean {
  const url = URL.parse(written);
  return url !== null && protocols.test(url.protocol) && url.username === "" && url.password === "";
}

import { z } from "zod";

/*
 * In every part the `error` says what was expected, as the end of the sentence "`key` is …; expected …". Every table is strict: a
 * key that is passed over could be a rule that is not kept.
 */

const A_TABLE = "a table";
const A_TIMEZONE = 'the name of a timezone, as in "Europe/Berlin"';

/** What a channel, a provider or a secret may be called. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Where a secret is kept, never the secret itself. */
const secretSource = z.union(
  [
    z.strictObject({ env: z.string().regex(VARIABLE, { error: "the name of an environment variable" }) }),
    z.strictObject({ file: text("the path of a file") }),
  ],
  { error: '{ env = "NAME" } or { file = "path" }' },
);

const address = z
  .string({ error: "an http or https address" })
  .refine(isHttpAddress, { error: "an http or https address without a user and password" });

const provider = z.strictObject(
  { base_url: address.optional(), api_key: secretSource.optional() },
  { error: A_TABLE },
);

const price = z.strictObject({ input: dollars(), output: dollars() }, { error: A_TABLE });

const channel = z.strictObject(
  { type: z.literal("webhook", { error: '"webhook"' }), url: address, secret: secretSource },
  { error: A_TABLE },
);

/** `hands.toml`, as it is written. */
export const projectFileSchema = z.strictObject({
  hands_dir: text("the path of a folder").optional(),
  db: text("a path, or a postgres:// address").optional(),
  data_dir: text("the path of a folder").optional(),
  max_concurrent: wholeNumber(1, 1000).optional(),
  server: z
    .strictObject(
      {
        host: text("a host name or an address").optional(),
        port: wholeNumber(0, 65_535).optional(),
        public_url: address.optional(),
      },
      { error: A_TABLE },
    )
    .optional(),
  model: z
    .strictObject(
      {
        name: text('a name of the form "provider/model"').optional(),
        base_url: address.optional(),
        api_key: secretSource.optional(),
        providers: named(provider, NAME).optional(),
        prices: z
          .record(z.string().regex(/.\/./, { error: "provider/model" }), price, { error: A_TABLE })
          .optional(),
      },
      { error: A_TABLE },
    )
    .optional(),
  policy: z
    .strictObject(
      {
        deny: texts("a list of names or globs of tools and actions").optional(),
        auto_approve: z.boolean({ error: "true or false" }).optional(),
        approvers: texts('a list of people, as in "telegram:12345"').optional(),
      },
      { error: A_TABLE },
    )
    .optional(),
  limits: z
    .strictObject(
      {
        max_cost_usd_per_day: z
          .number({ error: "a number of US dollars above 0" })
          .positive({ error: "a number of US dollars above 0" })
          .optional(),
        timezone: z.string({ error: A_TIMEZONE }).refine(isTimezone, { error: A_TIMEZONE }).optional(),
      },
      { error: A_TABLE },
    )
    .optional(),
  channels: named(channel, NAME).optional(),
  secrets: named(secretSource, VARIABLE).optional(),
});

/** The values of a `hands.toml`. */
export type ProjectFile = z.output<typeof projectFileSchema>;

/** Where a secret is kept. */
export type SecretSource = z.output<typeof secretSource>;

function text(expected: string) {
  return z.string({ error: expected }).trim().min(1, { error: expected });
}

function texts(expected: string) {
  return z.array(text("a text that is not empty"), { error: expected });
}

function named<Value extends z.ZodType>(value: Value, pattern: RegExp) {
  const expected = `a name of letters, digits${pattern === NAME ? ", '_', '-' and '.'" : " and '_'"}`;
  return z.record(z.string().regex(pattern, { error: expected }), value, { error: A_TABLE });
}

function wholeNumber(minimum: number, maximum: number) {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error: expected }).min(minimum, { error: expected }).max(maximum, { error: expected });
}

function dollars() {
  const expected = "a number of US dollars per million tokens, at least 0";
  return z.number({ error: expected }).min(0, { error: expected });
}

function isTimezone(written: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: written });
    return true;
  } catch {
    return false;
  }
}

function isHttpAddress(written: string): boolean {
  const url = URL.parse(written);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

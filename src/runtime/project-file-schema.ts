import { z } from "zod";
import { readDuration } from "../core/index.ts";
import { channelSchema } from "./channel-schema.ts";
import { mcpServerSchema, SERVER_NAME } from "./mcp-schema.ts";
import {
  A_TABLE,
  address,
  NAME,
  named,
  secretSource,
  text,
  texts,
  VARIABLE,
  wholeNumber,
} from "./project-file-values.ts";

const A_TIMEZONE = 'the name of a timezone, as in "Europe/Berlin"';
const DAY_MS = 86_400_000;
const SHORTEST_PERIOD_MS = 600_000;
const A_PERIOD = 'a duration of at least ten minutes, as in "1d"';

const WALL_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const A_WALL_TIME = 'a time, as in "09:00", or false';

const provider = z.strictObject(
  {
    base_url: address.optional(),
    api_key: secretSource.optional(),
    max_concurrent: wholeNumber(1, 1000).optional(),
    requests_per_minute: wholeNumber(1, 1_000_000).optional(),
    tokens_per_minute: wholeNumber(1, 1_000_000_000).optional(),
  },
  { error: A_TABLE },
);

const price = z.strictObject({ input: dollars(), output: dollars() }, { error: A_TABLE });

/** `hands.toml`, as it is written. */
export const projectFileSchema = z.strictObject({
  hands_dir: text("the path of a folder").optional(),
  tools_dir: text("the path of a folder").optional(),
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
        fallback: texts('a list of models, as in ["ollama/qwen3"]').optional(),
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
        notify: texts('a list of channels, as in ["telegram"]').optional(),
      },
      { error: A_TABLE },
    )
    .optional(),
  alerts: z
    .strictObject(
      {
        enabled: z.boolean({ error: "true or false" }).optional(),
        channels: texts('a list of channels, as in ["telegram"]').optional(),
        digest: z
          .union([z.literal(false), z.string().regex(WALL_TIME, { error: A_WALL_TIME })], {
            error: A_WALL_TIME,
          })
          .optional(),
        timezone: z.string({ error: A_TIMEZONE }).refine(isTimezone, { error: A_TIMEZONE }).optional(),
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
  channels: named(channelSchema, NAME).optional(),
  mcp: named(mcpServerSchema, SERVER_NAME).optional(),
  secrets: named(secretSource, VARIABLE).optional(),
  audit: z
    .strictObject(
      {
        anchor: z
          .strictObject(
            {
              file: text("the path of a file").optional(),
              channel: z.string({ error: "the name of a channel" }).regex(NAME).optional(),
              every: z.string({ error: A_PERIOD }).refine(isPeriod, { error: A_PERIOD }).optional(),
            },
            { error: A_TABLE },
          )
          .refine(({ file, channel }) => file !== undefined || channel !== undefined, {
            error: "a table with `file`, `channel` or both",
          })
          .optional(),
      },
      { error: A_TABLE },
    )
    .optional(),
  retention: z
    .strictObject(
      {
        executions: age().optional(),
        executions_per_hand: wholeNumber(1, 10_000_000).optional(),
        keep_newest: wholeNumber(1, 100_000).optional(),
        events: age().optional(),
        deliveries: age().optional(),
        versions: age().optional(),
        archive: text("the path of a folder").optional(),
      },
      { error: A_TABLE },
    )
    .optional(),
});

/** The values of a `hands.toml`. */
export type ProjectFile = z.output<typeof projectFileSchema>;

function isPeriod(written: string): boolean {
  return (readDuration(written) ?? 0) >= SHORTEST_PERIOD_MS;
}

/** Less than a day would take what the day's budget is summed up from. */
function age() {
  const expected = 'a duration of at least a day, as in "90d"';
  return z.string({ error: expected }).refine((written) => isAge(written), { error: expected });
}

function isAge(written: string): boolean {
  return (readDuration(written) ?? 0) >= DAY_MS;
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

import { z } from "zod";
import { A_TABLE, address, isAddress, secretSource, text } from "./project-file-values.ts";

/** The keys of a channel whose values are secrets. Addresses of incoming webhooks are: whoever has one may write. */
export const CHANNEL_SECRETS = [
  "secret",
  "token",
  "webhook",
  "app_token",
  "signing_secret",
  "password",
] as const;

const mailAddress = z
  .string({ error: "an address of e-mail" })
  .regex(/^[^\s@,;<>]+@[^\s@,;<>]+$/, { error: "an address of e-mail, as in ann@example.com" });

const webhook = z.strictObject({ type: z.literal("webhook"), url: address, secret: secretSource });

const telegram = z.strictObject({
  type: z.literal("telegram"),
  token: secretSource,
  chat_id: z.union([z.int(), z.string().regex(/^(-?\d+|@\w+)$/)], {
    error: 'the number of a chat, or "@name" of a public channel',
  }),
  base_url: address.optional(),
});

const slack = z.strictObject({
  type: z.literal("slack"),
  webhook: secretSource.optional(),
  token: secretSource.optional(),
  channel: z
    .string({ error: "the id of a channel" })
    .regex(/^[A-Z][A-Z0-9]{2,}$/, { error: 'the id of a channel, as in "C0123456789"' })
    .optional(),
  app_token: secretSource.optional(),
  signing_secret: secretSource.optional(),
  base_url: address.optional(),
});

const discord = z.strictObject({
  type: z.literal("discord"),
  webhook: secretSource.optional(),
  token: secretSource.optional(),
  channel_id: z
    .string({ error: "the id of a channel, as a text" })
    .regex(/^\d{5,25}$/, { error: "the id of a channel, as a text of digits" })
    .optional(),
  public_key: z
    .string({ error: "the application's public key" })
    .regex(/^[0-9a-f]{64}$/i, { error: "the application's public key, 64 hexadecimal digits" })
    .optional(),
  base_url: address.optional(),
});

const ntfy = z.strictObject({
  type: z.literal("ntfy"),
  topic: z
    .string({ error: "the name of a topic" })
    .regex(/^[-_A-Za-z0-9]{1,64}$/, { error: "the name of a topic: up to 64 letters, digits, '-' and '_'" }),
  token: secretSource.optional(),
  base_url: address.optional(),
});

const email = z.strictObject({
  type: z.literal("email"),
  smtp: z.string({ error: "an smtp or smtps address" }).refine((written) => isAddress(written, /^smtps?:$/), {
    error: 'an smtp or smtps address without a user and password, as in "smtps://smtp.example.com"',
  }),
  from: mailAddress,
  to: z
    .array(mailAddress, { error: "a list of addresses" })
    .min(1, { error: "a list of at least one address" }),
  user: text("the name to sign in with").optional(),
  password: secretSource.optional(),
});

/** One `[channels.NAME]`, as it is written. */
export const channelSchema = z.discriminatedUnion("type", [webhook, telegram, slack, discord, ntfy, email], {
  error: (issue) =>
    issue.code === "invalid_union" ? '"webhook", "telegram", "slack", "discord", "ntfy" or "email"' : A_TABLE,
});

/** The values of one `[channels.NAME]`. */
export type WrittenChannel = z.output<typeof channelSchema>;

/**
 * What is missing or too much in a channel that can be written in two ways, as the key that is at fault and a sentence; null where
 * all is well.
 */
export function findContradiction(
  channel: WrittenChannel,
): { readonly key: string; readonly message: string } | null {
  if (channel.type === "email") {
    if ((channel.user === undefined) === (channel.password === undefined)) return null;
    return {
      key: channel.user === undefined ? "password" : "user",
      message: "`user` and `password` belong together",
    };
  }
  if (channel.type !== "slack" && channel.type !== "discord") return null;
  const place = channel.type === "slack" ? "channel" : "channel_id";
  const hasPlace =
    channel.type === "slack" ? channel.channel !== undefined : channel.channel_id !== undefined;
  if (channel.webhook === undefined) {
    return channel.token !== undefined && hasPlace
      ? null
      : {
          key: "type",
          message: `a ${channel.type} channel has either \`webhook\`, or \`token\` and \`${place}\``,
        };
  }
  const { type: _, webhook: __, ...rest } = channel;
  const [surplus] = Object.keys(rest);
  return surplus === undefined
    ? null
    : {
        key: surplus,
        message: `\`${surplus}\` does not go with \`webhook\`, through which nothing comes back`,
      };
}

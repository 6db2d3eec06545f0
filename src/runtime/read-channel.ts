import type { WrittenChannel } from "./channel-schema.ts";
import type { ChannelConfig } from "./project-config.ts";

/** The secrets of one channel, by their keys, already read. One that the file does not name is absent; one that is not there is null. */
export type ChannelSecrets = Readonly<Partial<Record<string, string | null>>>;

/** A channel as it is used, out of what is written and its secrets; null where one that is named is not there. */
export function readChannel(
  name: string,
  written: WrittenChannel,
  secrets: ChannelSecrets,
): ChannelConfig | null {
  if (Object.values(secrets).includes(null)) return null;
  const secret = (key: string) => secrets[key] ?? "";
  const optional = (key: string) => secrets[key] ?? null;
  switch (written.type) {
    case "webhook":
      return { type: "webhook", name, url: written.url, secret: secret("secret") };
    case "telegram":
      return {
        type: "telegram",
        name,
        token: secret("token"),
        chatId: String(written.chat_id),
        baseUrl: written.base_url ?? null,
      };
    case "slack":
      if (written.webhook !== undefined) return { type: "slack", name, webhook: secret("webhook") };
      return {
        type: "slack",
        name,
        token: secret("token"),
        channelId: written.channel ?? "",
        appToken: optional("app_token"),
        signingSecret: optional("signing_secret"),
        baseUrl: written.base_url ?? null,
      };
    case "discord":
      if (written.webhook !== undefined) return { type: "discord", name, webhook: secret("webhook") };
      return {
        type: "discord",
        name,
        token: secret("token"),
        channelId: written.channel_id ?? "",
        publicKey: written.public_key ?? null,
        baseUrl: written.base_url ?? null,
      };
    case "ntfy":
      return {
        type: "ntfy",
        name,
        topic: written.topic,
        token: optional("token"),
        baseUrl: written.base_url ?? null,
      };
    case "email":
      return {
        type: "email",
        name,
        smtp: written.smtp,
        from: written.from,
        to: written.to,
        user: written.user ?? null,
        password: optional("password"),
      };
  }
}

/** What `createWebhookChannel` takes: 24 to 64 bytes in base64. Source: https://www.standardwebhooks.com */
const WEBHOOK_SECRET = /^(?:whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/;

/** What is wrong with the form of a secret, without repeating it; null where nothing is. */
export function judgeSecret(type: WrittenChannel["type"], key: string, value: string): string | null {
  if (type === "webhook" && !WEBHOOK_SECRET.test(value)) {
    return "the secret is not `whsec_` and the base64 of 24 to 64 bytes";
  }
  if (type === "telegram" && !/^\d+:[\w-]+$/.test(value)) {
    return "the token is not of the form that @BotFather gives, digits, a colon and letters";
  }
  if (key === "webhook") {
    const url = URL.parse(value);
    if (url === null || !/^https?:$/.test(url.protocol)) return "the webhook is no http or https address";
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\s\u0000-\u001f\u007f]/.test(value) && key !== "password"
    ? "the secret has a space or a line break in it"
    : null;
}

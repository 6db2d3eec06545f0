export { createChannelSet } from "./channel-set.ts";
export { createDiscordChannel, type DiscordBotSettings } from "./discord/discord-channel.ts";
export {
  createDiscordWebhookChannel,
  type DiscordWebhookSettings,
} from "./discord/discord-webhook-channel.ts";
export { createEmailChannel, type EmailChannelSettings } from "./email/email-channel.ts";
export { createFileChannel, FILE_CHANNEL, nameOutputFile } from "./file-channel.ts";
export { listAddressSecrets } from "./http/address-secrets.ts";
export type { ChannelParts, SendRequest } from "./http/exchange.ts";
export { createNtfyChannel, type FindExecutionUrl, type NtfyChannelSettings } from "./ntfy/ntfy-channel.ts";
export { createSlackChannel, type SlackBotSettings } from "./slack/slack-channel.ts";
export { createSlackWebhookChannel, type SlackWebhookSettings } from "./slack/slack-webhook-channel.ts";
export { createTelegramChannel, type TelegramChannelSettings } from "./telegram/telegram-channel.ts";
export type {
  Channel,
  ChannelSet,
  HandleTap,
  IncomingInteraction,
  InteractionAnswer,
  OutgoingNotice,
  OutgoingOutput,
  RequestButton,
  RequestChannel,
  RequestItem,
  RequestMessage,
  RequestOutcome,
  RequestTap,
  TapAnswer,
} from "./types.ts";
export { createWebhookChannel, type WebhookChannelSettings } from "./webhook-channel.ts";

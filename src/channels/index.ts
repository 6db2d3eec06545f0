export { createChannelSet } from "./channel-set.ts";
export { createFileChannel, FILE_CHANNEL, nameOutputFile } from "./file-channel.ts";
export type { Channel, ChannelSet, OutgoingOutput } from "./types.ts";
export { createWebhookChannel, type SendRequest, type WebhookChannelSettings } from "./webhook-channel.ts";

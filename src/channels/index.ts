export { createChannelSet } from "./channel-set.ts";
export { createFileChannel, FILE_CHANNEL, nameOutputFile } from "./file-channel.ts";
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
export { createWebhookChannel, type SendRequest, type WebhookChannelSettings } from "./webhook-channel.ts";

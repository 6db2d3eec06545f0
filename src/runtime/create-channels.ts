import type { Channel, ChannelSet } from "../channels/index.ts";
import {
  createChannelSet,
  createDiscordChannel,
  createDiscordWebhookChannel,
  createEmailChannel,
  createNtfyChannel,
  createSlackChannel,
  createSlackWebhookChannel,
  createTelegramChannel,
  createWebhookChannel,
  listAddressSecrets,
} from "../channels/index.ts";
import type { Clock, Logger } from "../core/index.ts";
import type { ChannelConfig, ProjectConfig } from "./project-config.ts";

/** The channels of a project. Nothing is sent, and what is heavy in them is loaded when they are used. */
export function createChannels(
  config: Pick<ProjectConfig, "channels" | "server">,
  parts: { readonly clock: Clock; readonly logger: Logger },
): ChannelSet {
  const publicUrl = config.server.publicUrl?.replace(/\/+$/, "") ?? null;
  const all = {
    ...parts,
    send: (url: string, init: RequestInit) => globalThis.fetch(url, init),
    findExecutionUrl: (id: string) =>
      publicUrl === null ? null : `${publicUrl}/executions/${encodeURIComponent(id)}`,
  };
  return createChannelSet(config.channels.map((channel) => createChannel(channel, all)));
}

type Parts = Parameters<typeof createTelegramChannel>[1] & Parameters<typeof createNtfyChannel>[1];

function createChannel(channel: ChannelConfig, parts: Parts): Channel {
  switch (channel.type) {
    case "webhook":
      return createWebhookChannel(channel, parts);
    case "telegram":
      return createTelegramChannel(channel, parts);
    case "slack":
      return "webhook" in channel
        ? createSlackWebhookChannel(channel, parts)
        : createSlackChannel(channel, parts);
    case "discord":
      return "webhook" in channel
        ? createDiscordWebhookChannel(channel, parts)
        : createDiscordChannel(channel, parts);
    case "ntfy":
      return createNtfyChannel(channel, parts);
    case "email":
      return createEmailChannel(channel, parts);
  }
}

/** Every secret of the channels: never to be seen in a text that leaves. */
export function listChannelSecrets(channels: readonly ChannelConfig[]): readonly string[] {
  return channels.flatMap(listSecrets).filter((secret) => typeof secret === "string");
}

function listSecrets(channel: ChannelConfig): readonly (string | null | undefined)[] {
  if (channel.type === "webhook") return [channel.secret];
  if (channel.type === "email") return [channel.password];
  if ("webhook" in channel) return listAddressSecrets(channel.webhook);
  return channel.type === "slack"
    ? [channel.token, channel.appToken, channel.signingSecret]
    : [channel.token];
}

import type { Logger } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { ChannelParts } from "../http/exchange.ts";
import { createExchange } from "../http/exchange.ts";
import { describeNotice } from "../text/describe-notice.ts";
import { withoutButtons } from "../text/describe-request.ts";
import type { Channel, RequestMessage } from "../types.ts";
import { createDiscordReceiver } from "./discord-interactions.ts";
import { buildRequest } from "./discord-message.ts";
import type { DiscordPlace } from "./discord-poster.ts";
import { DiscordPoster } from "./discord-poster.ts";

/** `[channels.NAME]` with `type = "discord"` and a bot's token. */
export interface DiscordBotSettings {
  readonly name: string;
  readonly token: string;
  readonly channelId: string;
  /** Of the application, 64 hexadecimal digits: with it there are buttons, and taps arrive at the interaction address. */
  readonly publicKey?: string | null;
  /** Default: Discord's own. */
  readonly baseUrl?: string | null;
}

const DEFAULT_BASE_URL = "https://discord.com/api/v10";

/** Sends to a Discord channel as a bot, and takes decisions by buttons where the application's public key is there. */
export function createDiscordChannel(
  settings: DiscordBotSettings,
  parts: ChannelParts & { readonly logger: Logger },
): Channel {
  const { name, token, channelId, publicKey = null } = settings;
  const baseUrl = (settings.baseUrl ?? DEFAULT_BASE_URL).replace(/\/+$/, "");
  const exchange = createExchange(name, parts, [token]);
  const openPlace = (id: string): DiscordPlace => ({
    headers: { authorization: `Bot ${token}` },
    createUrl: `${baseUrl}/channels/${encodeURIComponent(id)}/messages`,
    editUrl: (messageId) => `${baseUrl}/channels/${encodeURIComponent(id)}/messages/${messageId}`,
    takesNonce: true,
  });
  const openPoster = (id: string) => new DiscordPoster(name, exchange, openPlace(id));
  const poster = openPoster(channelId);
  const present = (message: RequestMessage) =>
    buildRequest(publicKey === null ? withoutButtons(message) : message);
  return {
    name,
    destination: channelId,
    deliver: (output, signal) => openPoster(output.destination).deliver(output, signal),
    notify: (notice, signal) => poster.write(describeNotice(notice), notice.deliveryId, signal),
    async check(signal) {
      const bot = await poster.ask({ method: "GET", url: `${baseUrl}/users/@me` }, signal);
      const url = `${baseUrl}/channels/${encodeURIComponent(channelId)}`;
      const channel = await poster.ask({ method: "GET", url }, signal);
      return `the bot ${readName(bot, "username")} can see the channel ${readName(channel, "name")}`;
    },
    requests: {
      linkRecipients: [],
      async ask(message, _recipient, signal) {
        const messageId = await poster.create(present(message), message.messageId, signal);
        return messageId === null ? null : JSON.stringify({ channelId, messageId });
      },
      async update(reference, message, signal) {
        const place = JSON.parse(reference) as { readonly channelId: string; readonly messageId: string };
        await openPoster(place.channelId).edit(place.messageId, present(message), signal);
      },
      ...(publicKey === null
        ? {}
        : { receive: createDiscordReceiver({ name, publicKey, baseUrl, exchange, ...parts }) }),
    },
  };
}

function readName(value: unknown, key: string): string {
  return isPlainObject(value) ? String(value[key]) : "?";
}

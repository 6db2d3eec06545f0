import { isPlainObject, sha256 } from "../../core/index.ts";
import { requireSameDestination } from "../delivery-failure.ts";
import { listAddressSecrets } from "../http/address-secrets.ts";
import type { ChannelParts } from "../http/exchange.ts";
import { createExchange } from "../http/exchange.ts";
import { describeNotice } from "../text/describe-notice.ts";
import { withoutButtons } from "../text/describe-request.ts";
import type { Channel, RequestMessage } from "../types.ts";
import { buildRequest } from "./discord-message.ts";
import { DiscordPoster } from "./discord-poster.ts";

/** `[channels.NAME]` with `type = "discord"` and a webhook, whose address is a secret. */
export interface DiscordWebhookSettings {
  readonly name: string;
  readonly webhook: string;
}

/** Sends to a Discord channel through a webhook. Requests are shown with a link to their page: a webhook's buttons lead nowhere. */
export function createDiscordWebhookChannel(settings: DiscordWebhookSettings, parts: ChannelParts): Channel {
  const { name, webhook } = settings;
  const destination = `discord webhook ${sha256(webhook).slice(0, 12)}`;
  const exchange = createExchange(name, parts, listAddressSecrets(webhook));
  const poster = new DiscordPoster(name, exchange, {
    headers: {},
    createUrl: `${webhook}?wait=true`,
    editUrl: (messageId) => `${webhook}/messages/${encodeURIComponent(messageId)}`,
    takesNonce: false,
  });
  const present = (message: RequestMessage) => {
    const { components: _, ...body } = buildRequest(withoutButtons(message));
    return body;
  };
  return {
    name,
    destination,
    async deliver(output, signal) {
      requireSameDestination(name, output.destination, destination);
      return await poster.deliver(output, signal);
    },
    notify: (notice, signal) => poster.write(describeNotice(notice), notice.deliveryId, signal),
    async check(signal) {
      const found = await poster.ask({ method: "GET", url: webhook }, signal);
      return `the webhook ${isPlainObject(found) ? String(found["name"]) : "?"} is there`;
    },
    requests: {
      linkRecipients: [],
      async ask(message, _recipient, signal) {
        const messageId = await poster.create(present(message), message.messageId, signal);
        return messageId === null ? null : JSON.stringify({ messageId });
      },
      async update(reference, message, signal) {
        const { messageId } = JSON.parse(reference) as { readonly messageId: string };
        await poster.edit(messageId, present(message), signal);
      },
    },
  };
}

import { Webhook } from "standardwebhooks";
import { toIso } from "../core/index.ts";
import type { ChannelParts } from "./http/exchange.ts";
import { createExchange } from "./http/exchange.ts";
import type { Channel, RequestMessage } from "./types.ts";

/** `[channels.NAME]` with `type = "webhook"`. */
export interface WebhookChannelSettings {
  readonly name: string;
  readonly url: string;
  /** `whsec_` and base64 of 24 to 64 bytes. */
  readonly secret: string;
}

/** What is told: its kind, when it happened, and the facts. */
interface WebhookEvent {
  readonly type: string;
  readonly happenedAt: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Sends signed webhooks: a JSON body of `{ type, timestamp, data }` with the headers of Standard Webhooks. Types are `execution.output`,
 * `approval.requested`, and `notice.alert` and its like. Only 2xx is a delivery; 410 and other client errors but 408, 409, 425 and 429 are final.
 * A receiver that wants to decide does so through the API, with a token of its own: none is sent.
 * Source of the format: https://www.standardwebhooks.com
 */
export function createWebhookChannel(settings: WebhookChannelSettings, parts: ChannelParts): Channel {
  const { name } = settings;
  const webhook = new Webhook(settings.secret);
  const exchange = createExchange(name, parts, [settings.secret]);

  async function send(id: string, url: string, event: WebhookEvent, signal: AbortSignal): Promise<void> {
    const sentAt = new Date(parts.clock.now());
    const body = JSON.stringify({
      type: event.type,
      timestamp: new Date(event.happenedAt).toISOString(),
      data: event.data,
    });
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
      "webhook-signature": webhook.sign(id, sentAt, body),
    };
    const answer = await exchange.ask({ method: "POST", url, headers, body }, signal);
    if (answer.isOk) return;
    throw exchange.refuse(answer, {
      hint: answer.status === 410 ? "The receiver wants no more: change or remove the channel." : undefined,
    });
  }

  return {
    name,
    destination: settings.url,
    async deliver({ deliveryId, destination, completedAt, payload, ...facts }, signal) {
      const { handName, executionId, format } = facts;
      const data = { handName, executionId, format, output: payload };
      await send(
        deliveryId,
        destination,
        { type: "execution.output", happenedAt: completedAt, data },
        signal,
      );
      return null;
    },
    async notify({ deliveryId, kind, title, text, url, createdAt }, signal) {
      const event = { type: `notice.${kind}`, happenedAt: createdAt, data: { title, text, url } };
      await send(deliveryId, settings.url, event, signal);
    },
    requests: {
      linkRecipients: [],
      async ask(message, _recipient, signal) {
        const event = { type: "approval.requested", happenedAt: message.createdAt, data: describe(message) };
        await send(message.messageId, settings.url, event, signal);
        return null;
      },
      update: async () => {},
    },
  };
}

/** Everything but the tokens. */
function describe({ handName, executionId, pageUrl, items }: RequestMessage) {
  return {
    handName,
    executionId,
    pageUrl,
    requests: items.map((item) => ({
      approvalId: item.approvalId,
      action: item.action,
      description: item.description,
      effect: item.effect,
      arguments: item.argumentsText,
      expiresAt: toIso(item.expiresAt),
      autoApproveAt: toIso(item.autoApproveAt),
      outcome: item.outcome,
    })),
  };
}

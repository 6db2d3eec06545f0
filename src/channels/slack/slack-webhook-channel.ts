import { sha256 } from "../../core/index.ts";
import { requireSameDestination } from "../delivery-failure.ts";
import { listAddressSecrets } from "../http/address-secrets.ts";
import type { ChannelParts } from "../http/exchange.ts";
import { createExchange } from "../http/exchange.ts";
import { describeNotice } from "../text/describe-notice.ts";
import { titleRequest, withoutButtons } from "../text/describe-request.ts";
import { readText } from "../text/read-text.ts";
import { renderPieces } from "../text/render-pieces.ts";
import type { Channel } from "../types.ts";
import { buildBlocks } from "./slack-blocks.ts";
import { LONGEST_SLACK_MESSAGE } from "./slack-channel.ts";
import { slackMrkdwn } from "./slack-mrkdwn.ts";

/** `[channels.NAME]` with `type = "slack"` and an incoming webhook, whose address is a secret. */
export interface SlackWebhookSettings {
  readonly name: string;
  readonly webhook: string;
}

/** A webhook takes no files: what does not fit into so many messages is cut, and the last one says so. */
const MOST_MESSAGES = 10;

/** Sends to a Slack channel through an incoming webhook. Requests are shown with a link to their page: nothing comes back through a webhook. */
export function createSlackWebhookChannel(settings: SlackWebhookSettings, parts: ChannelParts): Channel {
  const { name, webhook } = settings;
  const destination = `slack webhook ${sha256(webhook).slice(0, 12)}`;
  const exchange = createExchange(name, parts, listAddressSecrets(webhook));

  async function ask(content: Readonly<Record<string, unknown>>, signal: AbortSignal) {
    const body = JSON.stringify({ unfurl_links: false, unfurl_media: false, ...content });
    const headers = { "content-type": "application/json" };
    return await exchange.ask({ method: "POST", url: webhook, headers, body }, signal);
  }

  async function post(content: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const answer = await ask(content, signal);
    if (answer.isOk) return;
    const isGone = [403, 404, 410].includes(answer.status);
    throw exchange.refuse(answer, {
      reason: answer.text,
      hint: isGone
        ? "The webhook is gone or off: make a new one under Incoming Webhooks of the app."
        : undefined,
    });
  }

  return {
    name,
    destination,
    async deliver(output, signal) {
      requireSameDestination(name, output.destination, destination);
      const beginning = output.payload.slice(0, (MOST_MESSAGES + 1) * LONGEST_SLACK_MESSAGE);
      const blocks = await readText(beginning.toWellFormed(), output.format);
      const pieces = renderPieces(blocks, slackMrkdwn, LONGEST_SLACK_MESSAGE);
      for (const text of pieces.slice(0, MOST_MESSAGES)) await post({ text }, signal);
      if (pieces.length <= MOST_MESSAGES && beginning.length === output.payload.length) return null;
      const cut = `Cut here: the output has ${output.payload.length} characters. All of it is in execution ${output.executionId}.`;
      await post({ text: cut }, signal);
      return `cut after ${Math.min(pieces.length, MOST_MESSAGES)} messages`;
    },
    async notify(notice, signal) {
      const pieces = renderPieces(describeNotice(notice), slackMrkdwn, LONGEST_SLACK_MESSAGE);
      for (const text of pieces.slice(0, MOST_MESSAGES)) await post({ text }, signal);
    },
    async check(signal) {
      // A message without text is refused, and only where the address is good.
      const answer = await ask({ text: "" }, signal);
      if (answer.status === 400 && /no_text/.test(answer.text)) return "the webhook takes messages";
      throw exchange.refuse(answer, { reason: answer.text });
    },
    requests: {
      linkRecipients: [],
      async ask(message, _recipient, signal) {
        await post({ text: titleRequest(message), blocks: buildBlocks(withoutButtons(message)) }, signal);
        return null;
      },
      update: async () => {},
    },
  };
}

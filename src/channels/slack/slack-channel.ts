import type { Logger } from "../../core/index.ts";
import { describeError, HandsError } from "../../core/index.ts";
import type { ChannelParts } from "../http/exchange.ts";
import { createExchange } from "../http/exchange.ts";
import { settleWithin } from "../settle-within.ts";
import { takeTap } from "../take-tap.ts";
import { describeNotice } from "../text/describe-notice.ts";
import { titleRequest, withoutButtons } from "../text/describe-request.ts";
import { readText } from "../text/read-text.ts";
import { renderPieces } from "../text/render-pieces.ts";
import type { Channel, HandleTap, IncomingInteraction, RequestChannel, RequestMessage } from "../types.ts";
import { SlackApi } from "./slack-api.ts";
import { buildBlocks } from "./slack-blocks.ts";
import { slackMrkdwn } from "./slack-mrkdwn.ts";
import { uploadOutput } from "./slack-output.ts";
import { isSignedBySlack } from "./slack-signature.ts";
import { listenOnSocket } from "./slack-socket.ts";
import { readTaps } from "./slack-taps.ts";

/** `[channels.NAME]` with `type = "slack"` and a bot's token. */
export interface SlackBotSettings {
  readonly name: string;
  /** `xoxb-…` */
  readonly token: string;
  /** The channel's id, `C…`. */
  readonly channelId: string;
  /** `xapp-…`: taps arrive through socket mode. */
  readonly appToken?: string | null;
  /** Taps arrive at the interaction address. Unused with an app token. */
  readonly signingSecret?: string | null;
  /** Default: Slack's own. */
  readonly baseUrl?: string | null;
}

const DEFAULT_BASE_URL = "https://slack.com/api";
/** Slack asks for fewer than 4,000 in a message. Source: https://docs.slack.dev/reference/methods/chat.postMessage */
export const LONGEST_SLACK_MESSAGE = 3900;
/** An output that needs more messages is sent as a file. */
const MOST_MESSAGES = 3;
/** Slack waits 3 seconds for an answer. */
const ANSWER_WITHIN_MS = 2000;

/** Sends to a Slack channel as an app, and takes decisions by buttons where an app token or a signing secret is there. */
export function createSlackChannel(
  settings: SlackBotSettings,
  parts: ChannelParts & { readonly logger: Logger },
): Channel {
  const { name, channelId, appToken = null, signingSecret = null } = settings;
  const { clock, logger } = parts;
  const baseUrl = settings.baseUrl ?? DEFAULT_BASE_URL;
  const exchange = createExchange(name, parts, [settings.token, appToken, signingSecret]);
  const api = new SlackApi({ name, exchange, baseUrl, token: settings.token });
  const appApi = appToken === null ? null : new SlackApi({ name, exchange, baseUrl, token: appToken });
  const canTap = appToken !== null || signingSecret !== null;

  const post = (channel: string, content: Readonly<Record<string, unknown>>, signal: AbortSignal) =>
    api.call("chat.postMessage", { channel, unfurl_links: false, unfurl_media: false, ...content }, signal);

  const present = (message: RequestMessage) => ({
    text: titleRequest(message),
    blocks: buildBlocks(canTap ? message : withoutButtons(message)),
  });

  /** Decides what was pressed, then tells whoever pressed, alone. */
  async function take(payload: unknown, handle: HandleTap): Promise<void> {
    for (const { tap, responseUrl } of readTaps(payload)) {
      const { text } = await takeTap(name, handle, tap, logger);
      if (responseUrl === null) continue;
      const answer = { response_type: "ephemeral", replace_original: false, text };
      const request = {
        method: "POST" as const,
        url: responseUrl,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(answer),
      };
      try {
        await exchange.ask(request, new AbortController().signal);
      } catch (error) {
        logger.warn("a tap was handled, but its answer did not arrive", {
          channel: name,
          error: describeError(error),
        });
      }
    }
  }

  const requests: RequestChannel = {
    linkRecipients: [],
    async ask(message, _recipient, signal) {
      const { channel, ts } = await post(channelId, present(message), signal);
      return typeof ts === "string" ? JSON.stringify({ channel: channel ?? channelId, ts }) : null;
    },
    async update(reference, message, signal) {
      const place = JSON.parse(reference) as { readonly channel: string; readonly ts: string };
      await api.call("chat.update", { ...place, ...present(message) }, signal);
    },
    ...(appApi === null
      ? {}
      : {
          listen: (handle: HandleTap, signal: AbortSignal) =>
            listenOnSocket(
              { name, api: appApi, clock, logger, requiresTls: !baseUrl.startsWith("http:") },
              (payload) => void take(payload, handle),
              signal,
            ),
        }),
    ...(appApi !== null || signingSecret === null
      ? {}
      : {
          async receive(interaction: IncomingInteraction, handle: HandleTap) {
            if (!isSignedBySlack(interaction, signingSecret, clock.now())) {
              return { status: 401, body: "the signature is not valid", contentType: "text/plain" };
            }
            const form = new URLSearchParams(Buffer.from(interaction.rawBody).toString("utf8"));
            await settleWithin(take(parse(form.get("payload")), handle), ANSWER_WITHIN_MS, clock);
            return { status: 200, body: null, contentType: "text/plain" };
          },
        }),
  };

  return {
    name,
    destination: channelId,
    async deliver(output, signal) {
      if (output.payload.length <= MOST_MESSAGES * LONGEST_SLACK_MESSAGE) {
        const blocks = await readText(output.payload, output.format);
        const pieces = renderPieces(blocks, slackMrkdwn, LONGEST_SLACK_MESSAGE);
        if (pieces.length <= MOST_MESSAGES) {
          for (const text of pieces) await post(output.destination, { text }, signal);
          return null;
        }
      }
      return `sent as the file ${await uploadOutput(api, exchange, output, signal)}`;
    },
    async notify(notice, signal) {
      const pieces = renderPieces(describeNotice(notice), slackMrkdwn, LONGEST_SLACK_MESSAGE);
      for (const text of pieces) await post(channelId, { text }, signal);
    },
    async check(signal) {
      const { user, team } = await api.call("auth.test", {}, signal, "form");
      if (appApi !== null) await appApi.call("apps.connections.open", {}, signal, "form");
      return `${String(user)} of ${String(team)} is signed in${appApi === null ? "" : ", and socket mode is on"}`;
    },
    requests,
  };
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch (error) {
    throw new HandsError("invalid_argument", "the interaction carries no payload", { cause: error });
  }
}

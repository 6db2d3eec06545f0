import type { Logger } from "../../core/index.ts";
import { HandsError, isPlainObject } from "../../core/index.ts";
import { nameOutputFile } from "../file-channel.ts";
import type { ChannelParts } from "../http/exchange.ts";
import { describeNotice } from "../text/describe-notice.ts";
import { renderRequest } from "../text/describe-request.ts";
import { plainDialect } from "../text/plain-dialect.ts";
import { readText } from "../text/read-text.ts";
import { groupBlocks, renderBlocks } from "../text/render-pieces.ts";
import type { TextBlock } from "../text/text-block.ts";
import type { TextDialect } from "../text/text-dialect.ts";
import type { Channel } from "../types.ts";
import { TelegramApi } from "./telegram-api.ts";
import { telegramHtml } from "./telegram-html.ts";
import { listenForTaps } from "./telegram-listener.ts";
import { buildKeyboard } from "./telegram-message.ts";

/** `[channels.NAME]` with `type = "telegram"`. */
export interface TelegramChannelSettings {
  readonly name: string;
  /** Of the bot, as @BotFather gave it. */
  readonly token: string;
  /** A chat's number, or `@name` of a public channel. */
  readonly chatId: string;
  /** Default: Telegram's own. */
  readonly baseUrl?: string | null;
}

/** Source: https://core.telegram.org/bots/api#sendmessage */
const LONGEST_MESSAGE = 4096;
/** An output that needs more messages is sent as a file. */
const MOST_MESSAGES = 3;

/** Sends to a Telegram chat through a bot, and takes decisions by buttons, without a public address. */
export function createTelegramChannel(
  settings: TelegramChannelSettings,
  parts: ChannelParts & { readonly logger: Logger },
): Channel {
  const { name, chatId } = settings;
  const api = new TelegramApi(
    { name, token: settings.token, baseUrl: settings.baseUrl ?? "https://api.telegram.org" },
    parts,
  );
  const common = { link_preview_options: { is_disabled: true } };

  /** As HTML; where Telegram cannot read that, as plain text, for a message without bold type is better than none. */
  async function post(
    method: "sendMessage" | "editMessageText",
    write: (dialect: TextDialect) => string,
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      const text = write(telegramHtml);
      return await api.call(
        { method, parameters: { ...common, ...parameters, text, parse_mode: "HTML" } },
        signal,
      );
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return await api.call(
        { method, parameters: { ...common, ...parameters, text: write(plainDialect) } },
        signal,
      );
    }
  }

  async function send(
    groups: readonly (readonly TextBlock[])[],
    chat: string,
    signal: AbortSignal,
  ): Promise<void> {
    for (const group of groups) {
      await post("sendMessage", (dialect) => renderBlocks(group, dialect), { chat_id: chat }, signal);
    }
  }

  return {
    name,
    destination: chatId,
    async deliver(output, signal) {
      if (output.payload.length <= MOST_MESSAGES * LONGEST_MESSAGE) {
        const blocks = await readText(output.payload, output.format);
        const groups = groupBlocks(blocks, telegramHtml, LONGEST_MESSAGE);
        if (groups.length <= MOST_MESSAGES) {
          await send(groups, output.destination, signal);
          return null;
        }
      }
      const file = { field: "document", name: nameOutputFile(output), content: output.payload };
      const parameters = {
        chat_id: output.destination,
        caption: `${output.handName}: ${output.executionId}`,
      };
      await api.call({ method: "sendDocument", parameters, file }, signal);
      return `sent as the file ${file.name}`;
    },
    notify: (notice, signal) =>
      send(groupBlocks(describeNotice(notice), telegramHtml, LONGEST_MESSAGE), chatId, signal),
    async check(signal) {
      const bot = await api.call({ method: "getMe" }, signal);
      await api.call({ method: "getChat", parameters: { chat_id: chatId } }, signal);
      return `the bot @${isPlainObject(bot) ? String(bot["username"]) : "?"} can see the chat ${chatId}`;
    },
    requests: {
      linkRecipients: [],
      async ask(message, _recipient, signal) {
        const sent = await post(
          "sendMessage",
          (dialect) => renderRequest(message, dialect, LONGEST_MESSAGE),
          { chat_id: chatId, reply_markup: buildKeyboard(message) },
          signal,
        );
        const messageId = isPlainObject(sent) ? sent["message_id"] : undefined;
        return typeof messageId === "number" ? JSON.stringify({ chatId, messageId }) : null;
      },
      async update(reference, message, signal) {
        const { chatId: chat, messageId } = JSON.parse(reference) as { chatId: string; messageId: number };
        try {
          await post(
            "editMessageText",
            (dialect) => renderRequest(message, dialect, LONGEST_MESSAGE),
            { chat_id: chat, message_id: messageId, reply_markup: buildKeyboard(message) },
            signal,
          );
        } catch (error) {
          if (!isAlreadyShown(error)) throw error;
        }
      },
      listen: (handle, signal) =>
        listenForTaps({ name, api, clock: parts.clock, logger: parts.logger }, handle, signal),
    },
  };
}

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof HandsError &&
    error.details["status"] === 400 &&
    /can't parse entities/i.test(error.message)
  );
}

function isAlreadyShown(error: unknown): boolean {
  return error instanceof HandsError && /message is not modified/i.test(error.message);
}

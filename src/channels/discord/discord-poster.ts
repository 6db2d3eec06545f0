import { isPlainObject, sha256 } from "../../core/index.ts";
import { createDeliveryFailure } from "../delivery-failure.ts";
import { nameOutputFile } from "../file-channel.ts";
import type { Exchange, ExchangeAnswer, ExchangeRequest } from "../http/exchange.ts";
import { readText } from "../text/read-text.ts";
import { renderPieces } from "../text/render-pieces.ts";
import type { TextBlock } from "../text/text-block.ts";
import type { OutgoingOutput } from "../types.ts";
import { discordMarkdown } from "./discord-markdown.ts";
import type { DiscordMessage } from "./discord-message.ts";
import { NO_MENTIONS } from "./discord-message.ts";

const LONGEST_CONTENT = 2000;
/** An output that needs more messages is sent as a file. */
const MOST_MESSAGES = 3;
/** No preview of the pages that a message links to. */
const SUPPRESS_EMBEDS = 4;
const LONGEST_NONCE = 25;

/** Where messages go: a webhook, or a channel that a bot writes to. */
export interface DiscordPlace {
  readonly headers: Readonly<Record<string, string>>;
  readonly createUrl: string;
  editUrl(messageId: string): string;
  /** A bot's messages can carry a nonce, under which Discord keeps one of two for some minutes. */
  readonly takesNonce: boolean;
}

/** Writes messages to one place of Discord. */
export class DiscordPoster {
  readonly #name: string;
  readonly #exchange: Exchange;
  readonly #place: DiscordPlace;

  constructor(name: string, exchange: Exchange, place: DiscordPlace) {
    this.#name = name;
    this.#exchange = exchange;
    this.#place = place;
  }

  /** Gives the new message's id. The key is stable over attempts. */
  async create(message: DiscordMessage, key: string, signal: AbortSignal): Promise<string | null> {
    const answer = await this.ask(
      { method: "POST", url: this.#place.createUrl, ...encode({ ...message, ...this.#nonce(key) }) },
      signal,
    );
    return isPlainObject(answer) && typeof answer["id"] === "string" ? answer["id"] : null;
  }

  async edit(messageId: string, message: DiscordMessage, signal: AbortSignal): Promise<void> {
    await this.ask({ method: "PATCH", url: this.#place.editUrl(messageId), ...encode(message) }, signal);
  }

  async write(blocks: readonly TextBlock[], key: string, signal: AbortSignal): Promise<void> {
    const pieces = renderPieces(blocks, discordMarkdown, LONGEST_CONTENT);
    for (const [index, content] of pieces.entries()) {
      await this.create({ ...NO_MENTIONS, flags: SUPPRESS_EMBEDS, content }, `${key}:${index}`, signal);
    }
  }

  /** An output as messages, or as one file where it is long. */
  async deliver(output: OutgoingOutput, signal: AbortSignal): Promise<string | null> {
    if (output.payload.length <= MOST_MESSAGES * LONGEST_CONTENT) {
      const blocks = await readText(output.payload, output.format);
      if (renderPieces(blocks, discordMarkdown, LONGEST_CONTENT).length <= MOST_MESSAGES) {
        await this.write(blocks, output.deliveryId, signal);
        return null;
      }
    }
    const filename = nameOutputFile(output);
    const form = new FormData();
    const message = {
      ...NO_MENTIONS,
      ...this.#nonce(output.deliveryId),
      content: `${output.handName}: ${output.executionId}`,
      attachments: [{ id: 0, filename }],
    };
    form.set("payload_json", JSON.stringify(message));
    form.set("files[0]", new Blob([output.payload]), filename);
    await this.ask({ method: "POST", url: this.#place.createUrl, body: form }, signal);
    return `sent as the file ${filename}`;
  }

  /** Asks under the place's headers. Throws: `delivery_failed` for what is no success. */
  async ask(request: ExchangeRequest, signal: AbortSignal): Promise<unknown> {
    const answer = await this.#exchange.ask(
      { ...request, headers: { ...request.headers, ...this.#place.headers } },
      signal,
    );
    if (!answer.isOk) throw this.#refuse(answer);
    if (answer.json !== undefined || answer.status === 204) return answer.json;
    throw createDeliveryFailure(`${this.#name} answered ${answer.status} with what is no answer of Discord`, {
      isRetryable: true,
      status: answer.status,
    });
  }

  #refuse(answer: ExchangeAnswer) {
    const json = isPlainObject(answer.json) ? answer.json : {};
    const retryAfterS = json["retry_after"];
    return this.#exchange.refuse(answer, {
      reason: typeof json["message"] === "string" ? json["message"] : null,
      retryAfterMs: typeof retryAfterS === "number" ? Math.ceil(retryAfterS * 1000) : null,
      hint: suggest(answer.status),
    });
  }

  #nonce(key: string): DiscordMessage {
    return this.#place.takesNonce ? { nonce: sha256(key).slice(0, LONGEST_NONCE), enforce_nonce: true } : {};
  }
}

function encode(message: DiscordMessage) {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(message) };
}

function suggest(status: number): string | undefined {
  if (status === 401)
    return "The token is not valid: reset it under Bot of the application, and copy the new one.";
  if (status === 403)
    return "The bot may not write there: invite it, and allow View Channel, Send Messages and Attach Files.";
  return status === 404 ? "The webhook or channel is gone: make a new one, or check its id." : undefined;
}

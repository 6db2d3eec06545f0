import { isPlainObject } from "../../core/index.ts";
import { createDeliveryFailure } from "../delivery-failure.ts";
import type { ChannelParts, Exchange, ExchangeAnswer } from "../http/exchange.ts";
import { createExchange } from "../http/exchange.ts";

/** Parameters of a method; a file makes the request a form. */
export interface TelegramCall {
  readonly method: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly file?: { readonly field: string; readonly name: string; readonly content: string };
  readonly timeoutMs?: number;
}

/** The Bot API. Source: https://core.telegram.org/bots/api#making-requests */
export class TelegramApi {
  readonly #exchange: Exchange;
  readonly #name: string;
  readonly #root: string;

  constructor(
    settings: { readonly name: string; readonly token: string; readonly baseUrl: string },
    parts: ChannelParts,
  ) {
    this.#name = settings.name;
    this.#exchange = createExchange(settings.name, parts, [settings.token]);
    this.#root = `${settings.baseUrl.replace(/\/+$/, "")}/bot${settings.token}`;
  }

  /** The method's result. Throws: `delivery_failed`. */
  async call(call: TelegramCall, signal: AbortSignal): Promise<unknown> {
    const answer = await this.#exchange.ask(
      {
        method: "POST",
        url: `${this.#root}/${call.method}`,
        ...encode(call),
        ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
      },
      signal,
    );
    const { json } = answer;
    if (isPlainObject(json) && json["ok"] === true) return json["result"];
    if (answer.isOk) {
      throw createDeliveryFailure(`${this.#name} answered ${answer.status} with what is no answer of a bot`, {
        isRetryable: true,
        status: answer.status,
      });
    }
    throw this.#refuse(answer);
  }

  #refuse(answer: ExchangeAnswer) {
    const json = isPlainObject(answer.json) ? answer.json : {};
    const parameters = isPlainObject(json["parameters"]) ? json["parameters"] : {};
    const reason = typeof json["description"] === "string" ? json["description"] : null;
    const retryAfterS = parameters["retry_after"];
    const movedTo = parameters["migrate_to_chat_id"];
    return this.#exchange.refuse(answer, {
      reason,
      retryAfterMs: typeof retryAfterS === "number" ? retryAfterS * 1000 : null,
      hint:
        movedTo === undefined
          ? suggest(answer.status, reason ?? "")
          : `Write \`chat_id = ${String(movedTo)}\`.`,
    });
  }
}

function encode({ parameters = {}, file }: TelegramCall) {
  if (file === undefined) {
    return { headers: { "content-type": "application/json" }, body: JSON.stringify(parameters) };
  }
  const form = new FormData();
  for (const [key, value] of Object.entries(parameters)) {
    form.set(key, typeof value === "string" ? value : JSON.stringify(value));
  }
  form.set(file.field, new Blob([file.content]), file.name);
  return { body: form };
}

function suggest(status: number, reason: string): string | undefined {
  if (status === 401 || status === 404) {
    return "The bot's token is not known to Telegram: get a valid one from @BotFather (/token).";
  }
  if (status === 403) return "The bot may not write there: press Start in its chat, or add it to the group.";
  if (/chat not found/i.test(reason)) {
    return "Check chat_id, and write to the bot first: a bot cannot begin a conversation.";
  }
  return status === 409
    ? "Another program asks for this bot's updates, or a webhook is set: each bot can have one listener."
    : undefined;
}

import { isPlainObject } from "../../core/index.ts";
import { createDeliveryFailure } from "../delivery-failure.ts";
import type { Exchange, ExchangeAnswer } from "../http/exchange.ts";

/** What a method answered. */
export type SlackResult = Readonly<Record<string, unknown>>;

/** Slack answers 200 for most of its errors; these pass by themselves. Source: https://docs.slack.dev/reference/methods */
const PASSING_ERRORS: readonly string[] = [
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "ratelimited",
  "rate_limited",
  "team_added_to_org",
];

const HINTS: Readonly<Record<string, string>> = {
  not_in_channel: "Invite the app to the channel: /invite @app.",
  channel_not_found: "Give the channel's id (C…), and invite the app to it.",
  is_archived: "The channel is archived: choose another one.",
  invalid_auth: "The token is not valid: copy it from OAuth & Permissions of the app.",
  not_authed: "The token is not valid: copy it from OAuth & Permissions of the app.",
  account_inactive: "The app was removed from the workspace: install it again, and copy its new token.",
  token_revoked: "The token was revoked: install the app again, and copy its new token.",
  not_allowed_token_type: "Bots have a token of the form xoxb-…, socket mode one of the form xapp-….",
};

/** Methods of Slack's Web API under one token. */
export class SlackApi {
  readonly #exchange: Exchange;
  readonly #name: string;
  readonly #root: string;
  readonly #token: string;

  constructor(parts: {
    readonly name: string;
    readonly exchange: Exchange;
    readonly baseUrl: string;
    readonly token: string;
  }) {
    this.#exchange = parts.exchange;
    this.#name = parts.name;
    this.#root = parts.baseUrl.replace(/\/+$/, "");
    this.#token = parts.token;
  }

  /** Throws: `delivery_failed`. */
  async call(
    method: string,
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    encoding: "json" | "form" = "json",
  ): Promise<SlackResult> {
    const isForm = encoding === "form";
    const answer = await this.#exchange.ask(
      {
        method: "POST",
        url: `${this.#root}/${method}`,
        headers: {
          authorization: `Bearer ${this.#token}`,
          "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json; charset=utf-8",
        },
        body: isForm ? encodeForm(parameters) : JSON.stringify(parameters),
      },
      signal,
    );
    return this.#read(answer);
  }

  #read(answer: ExchangeAnswer): SlackResult {
    if (!answer.isOk) throw this.#exchange.refuse(answer);
    const { json } = answer;
    if (!isPlainObject(json) || typeof json["ok"] !== "boolean") {
      throw createDeliveryFailure(`${this.#name} answered ${answer.status} with what is no answer of Slack`, {
        isRetryable: true,
        status: answer.status,
      });
    }
    if (json["ok"]) return json;
    const reason = String(json["error"]);
    const needed = typeof json["needed"] === "string" ? json["needed"] : null;
    throw this.#exchange.refuse(answer, {
      reason,
      isRetryable: PASSING_ERRORS.includes(reason),
      hint:
        reason === "missing_scope" && needed !== null
          ? `Add the scope ${needed} to the app, install it again, and copy its new token.`
          : HINTS[reason],
    });
  }
}

function encodeForm(parameters: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) form.set(key, String(value));
  return form.toString();
}

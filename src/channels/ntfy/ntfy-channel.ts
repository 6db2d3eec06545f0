import { isPlainObject } from "../../core/index.ts";
import { requireSameDestination } from "../delivery-failure.ts";
import type { ChannelParts, ExchangeRequest } from "../http/exchange.ts";
import { createExchange } from "../http/exchange.ts";
import { renderRequest, titleRequest } from "../text/describe-request.ts";
import { plainDialect } from "../text/plain-dialect.ts";
import { readText } from "../text/read-text.ts";
import { renderBlocks } from "../text/render-pieces.ts";
import { shortenBytes } from "../text/shorten-bytes.ts";
import type { Channel, OutgoingNotice, RequestMessage } from "../types.ts";
import { buildActions } from "./ntfy-actions.ts";

/** `[channels.NAME]` with `type = "ntfy"`. */
export interface NtfyChannelSettings {
  readonly name: string;
  /** Whoever knows it reads it, unless the server restricts it. */
  readonly topic: string;
  /** An access token, `tk_…`, where the server wants one. */
  readonly token?: string | null;
  /** Default: https://ntfy.sh. */
  readonly baseUrl?: string | null;
}

/** The page of an execution, where the project has a public address. */
export type FindExecutionUrl = (executionId: string) => string | null;

/** A longer message would become a file. Source: https://docs.ntfy.sh/publish/#limitations */
const LONGEST_MESSAGE_BYTES = 4000;
/** Of an output, in UTF-16 units: marks that are taken away make the rest shorter. */
const LONGEST_READ = 50_000;
const LONGEST_TITLE_BYTES = 240;
const HIGH = 4;

const TAGS: Readonly<Record<OutgoingNotice["kind"], string>> = {
  alert: "rotating_light",
  recovery: "white_check_mark",
  digest: "memo",
  budget: "moneybag",
  trial: "wave",
  message: "speech_balloon",
};

/**
 * Sends notifications to a topic of ntfy. A request with two buttons has them in the notification; several requests have a link to their page.
 * Every message has a sequence id, so that a server from 2.16 on replaces it where it is sent again.
 */
export function createNtfyChannel(
  settings: NtfyChannelSettings,
  parts: ChannelParts & { readonly findExecutionUrl: FindExecutionUrl },
): Channel {
  const { name, topic, token = null } = settings;
  const baseUrl = (settings.baseUrl ?? "https://ntfy.sh").replace(/\/+$/, "");
  const destination = `${baseUrl}/${topic}`;
  const exchange = createExchange(name, parts, [token]);
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };

  async function ask(request: ExchangeRequest, signal: AbortSignal): Promise<unknown> {
    const answer = await exchange.ask({ ...request, headers: { ...headers, ...request.headers } }, signal);
    const json = isPlainObject(answer.json) ? answer.json : null;
    if (answer.isOk && json !== null) return json;
    throw exchange.refuse(answer, {
      reason:
        typeof json?.["error"] === "string"
          ? json["error"]
          : answer.isOk
            ? "this is no answer of ntfy"
            : null,
      hint: suggest(answer.status),
      ...(answer.isOk ? { isRetryable: true } : {}),
    });
  }

  async function publish(
    message: {
      readonly id: string;
      readonly title: string;
      readonly text: string;
      readonly url: string | null;
      readonly more?: Readonly<Record<string, unknown>>;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const body = {
      topic,
      sequence_id: message.id.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 64),
      title: shortenBytes(message.title, LONGEST_TITLE_BYTES),
      message: message.text,
      ...(message.url === null ? {} : { click: message.url }),
      ...message.more,
    };
    await ask(
      {
        method: "POST",
        url: `${baseUrl}/`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      },
      signal,
    );
  }

  const present = (message: RequestMessage) => ({
    id: message.messageId,
    title: titleRequest(message),
    text: shortenBytes(renderRequest(message, plainDialect, LONGEST_MESSAGE_BYTES), LONGEST_MESSAGE_BYTES),
    url: message.pageUrl,
    more: { actions: buildActions(message), priority: HIGH },
  });

  return {
    name,
    destination,
    async deliver(output, signal) {
      requireSameDestination(name, output.destination, destination);
      const beginning = output.payload.slice(0, LONGEST_READ).toWellFormed();
      const text = renderBlocks(await readText(beginning, output.format), plainDialect);
      const url = parts.findExecutionUrl(output.executionId);
      const isWhole =
        beginning.length === output.payload.length && Buffer.byteLength(text) <= LONGEST_MESSAGE_BYTES;
      const rest = `\n\nCut here; all of it: ${url ?? `execution ${output.executionId}`}`;
      const cut = shortenBytes(text, LONGEST_MESSAGE_BYTES - Buffer.byteLength(rest)) + rest;
      await publish(
        { id: output.deliveryId, title: output.handName, text: isWhole ? text : cut, url },
        signal,
      );
      return isWhole ? null : "cut to the length of a notification";
    },
    async notify({ deliveryId, kind, title, text, url }, signal) {
      const shown = shortenBytes(text || title, LONGEST_MESSAGE_BYTES);
      await publish({ id: deliveryId, title, text: shown, url, more: { tags: [TAGS[kind]] } }, signal);
    },
    async check(signal) {
      await ask({ method: "GET", url: `${baseUrl}/v1/health` }, signal);
      if (token !== null) await ask({ method: "GET", url: `${destination}/auth` }, signal);
      return `${new URL(baseUrl).host} is well${token === null ? "" : ", and the token may use the topic"}`;
    },
    requests: {
      linkRecipients: [`ntfy:${topic}`],
      async ask(message, _recipient, signal) {
        await publish(present(message), signal);
        return JSON.stringify({ sequenceId: message.messageId });
      },
      update: (_reference, message, signal) => publish(present(message), signal),
    },
  };
}

function suggest(status: number): string | undefined {
  if (status === 401 || status === 403) {
    return "The topic is restricted: give an access token that may write to it (ntfy token add).";
  }
  return status === 404 ? "There is no ntfy at this address: check base_url." : undefined;
}

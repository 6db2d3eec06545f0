import type { Clock, Logger } from "../../core/index.ts";
import { describeError, HandsError, isPlainObject } from "../../core/index.ts";
import { createBackOff } from "../back-off.ts";
import { RecentIds } from "../recent-ids.ts";
import { takeTap } from "../take-tap.ts";
import type { HandleTap, RequestTap } from "../types.ts";
import type { TelegramApi } from "./telegram-api.ts";

/** How long Telegram may hold a request for updates before it answers with none. */
const POLL_SECONDS = 50;
/** What the network may take beyond that. */
const GRACE_MS = 10_000;
/** Source: https://core.telegram.org/bots/api#answercallbackquery */
const LONGEST_ANSWER = 200;

interface Update {
  readonly id: number;
  readonly query: { readonly id: string; readonly tap: RequestTap } | null;
}

/**
 * Asks for updates until the signal aborts. An update counts as received once the next request names a higher offset, so what was not
 * handled comes again after a crash; what comes twice to one process is handled once.
 */
export async function listenForTaps(
  parts: { readonly name: string; readonly api: TelegramApi; readonly clock: Clock; readonly logger: Logger },
  handle: HandleTap,
  signal: AbortSignal,
): Promise<void> {
  const { name, api, clock, logger } = parts;
  const backOff = createBackOff();
  const seen = new RecentIds();
  let offset: number | undefined;
  while (!signal.aborted) {
    try {
      const result = await api.call(
        {
          method: "getUpdates",
          parameters: {
            timeout: POLL_SECONDS,
            allowed_updates: ["callback_query"],
            ...(offset === undefined ? {} : { offset }),
          },
          timeoutMs: POLL_SECONDS * 1000 + GRACE_MS,
        },
        signal,
      );
      const updates = readUpdates(result);
      await Promise.all(
        updates.map(async ({ id, query }) => {
          if (query === null || !seen.add(String(id))) return;
          await answer(query);
        }),
      );
      const last = updates.at(-1);
      if (last !== undefined) offset = last.id + 1;
      backOff.reset();
    } catch (error) {
      if (signal.aborted) return;
      const asked = error instanceof HandsError ? error.details["retryAfterMs"] : undefined;
      const pauseMs = backOff.next(typeof asked === "number" ? asked : 0);
      logger.warn("taps cannot arrive; trying again", {
        channel: name,
        error: describeError(error),
        hint: error instanceof HandsError ? (error.hint ?? null) : null,
        pauseMs,
      });
      await clock.sleep(pauseMs, signal).catch(() => {});
    }
  }

  async function answer({ id, tap }: NonNullable<Update["query"]>): Promise<void> {
    const { text, isDecided } = await takeTap(name, handle, tap, logger);
    try {
      await api.call(
        {
          method: "answerCallbackQuery",
          parameters: { callback_query_id: id, text: text.slice(0, LONGEST_ANSWER), show_alert: !isDecided },
        },
        signal,
      );
    } catch (error) {
      // The decision stands, and the message will show it: only the small note over it is lost.
      logger.warn("a tap was handled, but its answer did not arrive", {
        channel: name,
        error: describeError(error),
      });
    }
  }
}

function readUpdates(result: unknown): readonly Update[] {
  return (Array.isArray(result) ? result : []).flatMap((update: unknown) => {
    if (!isPlainObject(update) || typeof update["update_id"] !== "number") return [];
    return [{ id: update["update_id"], query: readQuery(update["callback_query"]) }];
  });
}

function readQuery(query: unknown): Update["query"] {
  if (!isPlainObject(query) || !isPlainObject(query["from"])) return null;
  const { id, data, from } = query;
  if (typeof id !== "string" || typeof data !== "string" || typeof from["id"] !== "number") return null;
  const names = [from["first_name"], from["last_name"]].filter((part) => typeof part === "string");
  const senderName = typeof from["username"] === "string" ? `@${from["username"]}` : names.join(" ") || null;
  return { id, tap: { token: data, sender: `telegram:${from["id"]}`, senderName } };
}

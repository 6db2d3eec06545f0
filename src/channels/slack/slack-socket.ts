import type { Clock, Logger } from "../../core/index.ts";
import { createDeferred, describeError, HandsError, isPlainObject } from "../../core/index.ts";
import { createBackOff } from "../back-off.ts";
import { createDeliveryFailure } from "../delivery-failure.ts";
import { RecentIds } from "../recent-ids.ts";
import type { SlackApi } from "./slack-api.ts";

/** Slack pings every few seconds and says when a connection ends; one that is silent for longer than a connection lives is dead. */
const LONGEST_CONNECTION_MS = 4 * 3_600_000;
const CONNECT_TIMEOUT_MS = 20_000;

/**
 * Holds a connection of socket mode open until the signal aborts: each envelope is acknowledged at once and its payload handed over,
 * once even where Slack sends it again. Source: https://docs.slack.dev/apis/events-api/using-socket-mode
 */
export async function listenOnSocket(
  parts: {
    readonly name: string;
    readonly api: SlackApi;
    readonly clock: Clock;
    readonly logger: Logger;
    /** False only where Slack's own address was replaced by one without TLS. */
    readonly requiresTls: boolean;
  },
  take: (payload: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const { name, api, clock, logger } = parts;
  const backOff = createBackOff();
  const seen = new RecentIds();
  while (!signal.aborted) {
    try {
      const { url } = await api.call("apps.connections.open", {}, signal, "form");
      if (typeof url !== "string" || (parts.requiresTls && !url.startsWith("wss://"))) {
        throw createDeliveryFailure(`${name} was given no address for socket mode`, { isRetryable: true });
      }
      await hold(url);
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

  /** Resolves when Slack asks for a new connection, rejects when this one is lost. */
  async function hold(url: string): Promise<void> {
    const over = createDeferred();
    const lose = (reason: string) =>
      over.reject(createDeliveryFailure(`${name}: ${reason}`, { isRetryable: true }));
    const socket = new WebSocket(url);
    const stop = () => over.resolve();
    signal.addEventListener("abort", stop, { once: true });
    const connecting = clock.setTimer(CONNECT_TIMEOUT_MS, () => lose("the socket did not open in time"));
    const living = clock.setTimer(LONGEST_CONNECTION_MS, () => over.resolve());
    socket.addEventListener("error", () => lose("the socket failed"));
    socket.addEventListener("close", ({ code }) => lose(`the socket was closed (${code})`));
    socket.addEventListener("message", ({ data }) => {
      const message = parse(data);
      if (!isPlainObject(message)) return;
      if (message["type"] === "hello") {
        connecting.cancel();
        backOff.reset();
      }
      if (message["type"] === "disconnect") {
        if (message["reason"] === "link_disabled") lose("socket mode is turned off in the app's settings");
        else over.resolve();
      }
      const id = message["envelope_id"];
      if (typeof id !== "string") return;
      socket.send(JSON.stringify({ envelope_id: id }));
      if (message["type"] === "interactive" && seen.add(id)) take(message["payload"]);
    });
    try {
      await over.promise;
    } finally {
      signal.removeEventListener("abort", stop);
      connecting.cancel();
      living.cancel();
      socket.close();
    }
  }
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}

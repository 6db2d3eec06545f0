import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { forgetTexts, takeText } from "./live-texts.ts";
import type { StreamMessages } from "./types.ts";

/** How the page hears of what happens. */
export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: number };

type Changed = StreamMessages["changed"];

/** Changes are gathered for this long, so that a burst reads each thing once. */
const GATHER_MS = 120;
/** After this long without a message the server is asked whether it lives: a machine that slept does not notice a dead connection. */
const SILENCE_MS = 30_000;
const ANSWER_MS = 5_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

let state: ConnectionState = { kind: "connecting" };
const listeners = new Set<() => void>();

function setState(next: ConnectionState): void {
  if (state.kind === next.kind) return;
  state = next;
  for (const listener of listeners) listener();
}

export function useConnection(): ConnectionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Hears of changes and reads again what they touch, until it is stopped. */
export function followEvents(client: QueryClient): () => void {
  const gathered = new Set<string>();
  let source: EventSource | undefined;
  let gatherTimer: number | undefined;
  let retryTimer: number | undefined;
  let silenceTimer: number | undefined;
  let retryMs = FIRST_RETRY_MS;

  const flush = () => {
    gatherTimer = undefined;
    const keys = [...gathered].map((text) => JSON.parse(text) as readonly unknown[]);
    gathered.clear();
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  };
  const refresh = (...keys: readonly (readonly unknown[])[]) => {
    for (const key of keys) gathered.add(JSON.stringify(key));
    gatherTimer ??= window.setTimeout(flush, GATHER_MS);
  };
  const refreshEverything = () => void client.invalidateQueries();

  const heard = () => {
    window.clearTimeout(silenceTimer);
    silenceTimer = window.setTimeout(askWhetherItLives, SILENCE_MS);
  };
  const askWhetherItLives = () => {
    const asked = source;
    fetch("/healthz", { signal: AbortSignal.timeout(ANSWER_MS) }).then(heard, () => {
      if (source === asked) lose();
    });
  };
  const lose = () => {
    source?.close();
    window.clearTimeout(silenceTimer);
    window.clearTimeout(retryTimer);
    setState({ kind: "lost", since: Date.now() });
    // A session that has ended looks like a server that does not answer: this tells them apart.
    void client.invalidateQueries({ queryKey: ["session"] });
    retryTimer = window.setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  };
  const connect = () => {
    source = new EventSource("/api/events");
    const on = <Name extends keyof StreamMessages>(
      name: Name,
      take: (message: StreamMessages[Name]) => void,
    ) => {
      source?.addEventListener(name, (event) => {
        heard();
        take(JSON.parse(event.data) as StreamMessages[Name]);
      });
    };
    on("hello", () => {
      const wasAway = state.kind === "lost";
      retryMs = FIRST_RETRY_MS;
      forgetTexts();
      setState({ kind: "live" });
      if (wasAway) refreshEverything();
    });
    on("event", () => undefined);
    on("changed", (change) => refresh(...keysTouchedBy(change)));
    on("text", takeText);
    on("resync", () => {
      forgetTexts();
      refreshEverything();
    });
    on("bye", lose);
    source.addEventListener("error", lose);
    heard();
  };

  connect();
  return () => {
    source?.close();
    for (const timer of [gatherTimer, retryTimer, silenceTimer]) window.clearTimeout(timer);
  };
}

function keysTouchedBy(change: Changed): readonly (readonly unknown[])[] {
  const ofExecution = change.executionId === null ? [] : [["execution", change.executionId]];
  const ofHand = change.handName === null ? [] : [["hand", change.handName]];
  switch (change.kind) {
    case "execution":
      return [["overview"], ["executions"], ["calendar"], ...ofExecution, ...ofHand];
    case "approval": {
      const one = change.approvalId === null ? ["approval"] : ["approval", change.approvalId];
      return [["overview"], ["approvals"], one, ["rules"], ...ofExecution];
    }
    case "hand":
      return [["overview"], ["hands"], ["calendar"], ["settings"], ...ofHand];
    case "delivery":
      return ofExecution;
    case "all":
      return [[]];
  }
}

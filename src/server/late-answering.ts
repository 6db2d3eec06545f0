import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { describeError } from "../core/index.ts";
import type { Answering } from "./answering.ts";
import type { ServerContext } from "./server-context.ts";

/**
 * Answers with what the first request loads: every route with its schemas, and Node's own `fetch`. A process that only runs hands, as most do
 * most of the time, starts without it and does not hold it.
 */
export function createLateAnswering(context: ServerContext, webDir: string | null): Answering {
  let loaded: Answering | undefined;
  let loading: Promise<Answering> | undefined;

  async function load(): Promise<Answering> {
    const { createAnswering } = await import("./answering.ts");
    loaded = createAnswering(context, webDir);
    return loaded;
  }

  async function answerLate(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    loading ??= load();
    const { listener } = await loading;
    // Whoever has gone meanwhile would never be seen to go.
    if (!outgoing.destroyed) listener(incoming, outgoing);
  }

  const listener: RequestListener = (incoming, outgoing) => {
    if (loaded !== undefined) return loaded.listener(incoming, outgoing);
    answerLate(incoming, outgoing).catch((error: unknown) => {
      context.logger.error("What answers requests could not be loaded.", { error: describeError(error) });
      outgoing.writeHead(500).end();
    });
  };

  return {
    listener,
    async request(input, init) {
      loading ??= load();
      return await (await loading).request(input, init);
    },
  };
}

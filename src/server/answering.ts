import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./create-app.ts";
import type { ServerContext } from "./server-context.ts";

/** What answers requests. */
export interface Answering {
  /** Those of a socket. */
  readonly listener: RequestListener;
  /** Those without one. */
  request(input: string | Request, init?: RequestInit): Promise<Response>;
}

/** The API and the pages, ready to answer. */
export function createAnswering(context: ServerContext, webDir: string | null): Answering {
  const app = createApp(context, webDir);
  const listener = getRequestListener(app.fetch);
  return {
    listener: (incoming, outgoing) => void listener(incoming, outgoing),
    request: async (input, init) => await app.request(input, init),
  };
}

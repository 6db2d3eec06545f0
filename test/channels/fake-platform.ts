import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that a platform was sent. */
export interface PlatformRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of every shape.
  readonly json: any;
}

export type PlatformAnswer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json: unknown }
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly text: string }
  /** The connection breaks in the middle of the answer. */
  | "cut"
  /** No answer comes. */
  | "hang";

export type PlatformHandler = (request: PlatformRequest) => PlatformAnswer | Promise<PlatformAnswer>;

/** A platform on the loopback that answers as the handler says, and remembers what it was sent. */
export async function openPlatform(initial: PlatformHandler) {
  const requests: PlatformRequest[] = [];
  let handler = initial;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const request = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: incoming.headers,
      body,
      json: readJson(body),
    };
    requests.push(request);
    write(response, await handler(request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    server,
    /** Answers otherwise from now on. */
    handle(next: PlatformHandler) {
      handler = next;
    },
  };
}

export type FakePlatform = Awaited<ReturnType<typeof openPlatform>>;

function write(response: ServerResponse, answer: PlatformAnswer): void {
  if (answer === "hang") return;
  if (answer === "cut") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"ok":tr');
    setTimeout(() => response.destroy(), 5);
    return;
  }
  const isJson = "json" in answer;
  response.writeHead(answer.status ?? 200, {
    "content-type": isJson ? "application/json" : "text/plain",
    ...answer.headers,
  });
  response.end(isJson ? JSON.stringify(answer.json) : answer.text);
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** How the next call is answered; afterwards calls are answered as usual. */
export type NextAnswer = "cut" | "huge" | "denied" | "broken";

/** An MCP server over streamable HTTP on a loopback port, with sessions. */
export interface McpHttpServer {
  readonly url: string;
  /** What it was asked, as `METHOD` and for calls `tools/call NAME`. */
  readonly asked: readonly string[];
  /** Sessions that were begun. */
  readonly sessions: number;
  /** Values of the header `authorization`. */
  readonly authorizations: ReadonlySet<string | undefined>;
  forgetSessions(): void;
  answerNext(answer: NextAnswer): void;
}

interface Asked {
  readonly id?: number;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly protocolVersion?: string;
    readonly arguments?: unknown;
  };
}

export async function startMcpHttpServer(): Promise<McpHttpServer> {
  const asked: string[] = [];
  const live = new Set<string>();
  const authorizations = new Set<string | undefined>();
  let sessions = 0;
  let next: NextAnswer | null = null;

  function answer(response: ServerResponse, { id, method, params }: Asked): void {
    const json = (result: object) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    };
    if (method === "initialize") {
      const session = randomUUID();
      live.add(session);
      sessions += 1;
      response.setHeader("mcp-session-id", session);
      const serverInfo = { name: "test", version: "1" };
      return void json({ protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo });
    }
    if (method === "tools/list") {
      return void json({ tools: [{ name: "echo", description: "Echoes", inputSchema: { type: "object" } }] });
    }
    const how = next;
    next = null;
    const content = [{ type: "text", text: JSON.stringify(params?.arguments) }];
    if (how === "denied") return void response.writeHead(403).end("not for you");
    if (how === "broken") return void response.writeHead(502).end("bad gateway");
    if (how === "huge") return void json({ content: [{ type: "text", text: "x".repeat(12_000_000) }] });
    response.setHeader("content-type", "text/event-stream");
    response.flushHeaders();
    if (how === "cut") return void setTimeout(() => response.destroy(), 10);
    response.end(`event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, result: { content } })}\n\n`);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    authorizations.add(request.headers.authorization);
    if (request.method !== "POST") return void response.writeHead(405).end();
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const message = JSON.parse(text) as Asked;
    const session = request.headers["mcp-session-id"];
    if (message.method !== "initialize" && !live.has(String(session)))
      return void response.writeHead(404).end();
    if (message.id === undefined) return void response.writeHead(202).end();
    asked.push([message.method, message.params?.name].filter((part) => part !== undefined).join(" "));
    answer(response, message);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    asked,
    authorizations,
    get sessions() {
      return sessions;
    },
    forgetSessions: () => live.clear(),
    answerNext(how) {
      next = how;
    },
  };
}

import { Webhook } from "standardwebhooks";
import { expect } from "vitest";
import type { ServerBench } from "../server/server-bench.ts";
import { ECHO, openServerBench, PAYER } from "../server/server-bench.ts";
import { fc } from "../support/properties.ts";
import { assertFit, defineTarget } from "./fuzz.ts";
import { hostileJson, hostileJsonText, hostileText } from "./hostile.ts";

const SECRET = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const HOOKED = { ...ECHO, "HAND.toml": '[hand]\nname = "hooked"\ntrigger = "webhook"\n' };

const openBench = () =>
  openServerBench({
    hands: { echo: ECHO, payer: PAYER, hooked: HOOKED },
    server: { environment: { HANDS_WEBHOOK_SECRET_HOOKED: SECRET } },
    roles: { scheduler: false, worker: false },
  });

interface Sent {
  readonly method: string;
  readonly address: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks as an admin. Whatever was sent, the answer is no failure of the program, is bounded, and shows no stack. */
async function send(
  bench: ServerBench,
  token: string,
  { method, address, headers = {}, body }: Sent,
): Promise<string> {
  let request: Request;
  try {
    request = new Request(`http://127.0.0.1${address}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body === undefined || method === "GET" ? {} : { body }),
    });
  } catch {
    // What no client can put on the wire.
    return "";
  }
  const response = await bench.server.request(request.url, {
    method,
    headers: request.headers,
    ...(body === undefined || method === "GET" ? {} : { body }),
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream") === true) {
    await response.body?.cancel();
    return "";
  }
  const text = await response.text();
  expect(response.status, `${method} ${address} ${body}: ${text.slice(0, 500)}`).toBeLessThan(500);
  assertFit(text);
  return text;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly fields: readonly string[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}
interface DocumentedOperation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: unknown;
}

async function readOperations(bench: ServerBench): Promise<readonly Operation[]> {
  const document = (await (await bench.server.request("http://127.0.0.1/openapi.json")).json()) as Document;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      query: parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name),
      fields: [...new Set(JSON.stringify(requestBody ?? {}).match(/(?<=")\w+(?=":\{)/g) ?? [])],
    })),
  );
}

const encodedText = hostileText.map((text) => encodeURIComponent(text.toWellFormed()));

export const apiTarget = defineTarget({
  name: "api",
  inputs: fc.record({
    number: fc.nat(10_000),
    names: fc.array(fc.oneof(fc.constantFrom("echo", "payer", "01ARZ3NDEKTSV4RRFFQ69G5FAV"), encodedText), {
      minLength: 3,
      maxLength: 3,
    }),
    query: fc.array(encodedText, { maxLength: 6 }),
    values: fc.array(hostileJson, { maxLength: 6 }),
    text: fc.option(hostileJsonText, { nil: null }),
  }),
  count: 300,
  async open() {
    const bench = await openBench();
    const token = await bench.token("admin");
    const operations = await readOperations(bench);
    expect(operations.length).toBeGreaterThan(30);
    const asked = new Set<string>();
    return async ({ number, names, query, values, text }) => {
      const operation = operations[number % operations.length];
      if (operation === undefined) return;
      asked.add(`${operation.method} ${operation.path}`);
      let used = 0;
      const path = operation.path.replace(/\{\w+\}/g, () => names[used++ % names.length] ?? "x");
      const search = operation.query.map((name, index) => `${name}=${query[index] ?? ""}`).join("&");
      const body = Object.fromEntries(operation.fields.map((name, index) => [name, values[index] ?? null]));
      await send(bench, token, {
        method: operation.method,
        address: search === "" ? path : `${path}?${search}`,
        body: text ?? JSON.stringify(body),
      });
    };
  },
});

export const webhookTarget = defineTarget({
  name: "webhook",
  inputs: fc.record({
    body: fc.oneof(hostileJsonText, hostileText),
    isSigned: fc.boolean(),
    id: fc.oneof(fc.uuid(), hostileText),
    name: fc.oneof({ arbitrary: fc.constant("hooked"), weight: 4 }, { arbitrary: encodedText, weight: 1 }),
    headers: fc.dictionary(
      fc.constantFrom(
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "content-type",
        "content-length",
        "content-encoding",
        "host",
        "x-forwarded-for",
        "origin",
      ),
      hostileText,
      { maxKeys: 3 },
    ),
  }),
  count: 150,
  async open() {
    const bench = await openBench();
    return async ({ body, isSigned, id, name, headers }) => {
      const sentAt = new Date();
      const signed = {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
        "webhook-signature": new Webhook(SECRET).sign(id, sentAt, body),
      };
      await send(bench, "none", {
        method: "POST",
        address: `/hooks/${name}`,
        headers: isSigned ? signed : { ...signed, ...headers },
        body,
      });
    };
  },
});

export const streamTarget = defineTarget({
  name: "stream",
  inputs: fc.array(
    fc.oneof(fc.integer().map(String), hostileText, fc.constantFrom("1e3", "0x10", "-0", " 1 ")),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  count: 60,
  async open() {
    const bench = await openBench();
    const token = await bench.token("read");
    return async (ids: readonly string[]) => {
      for (const id of ids) {
        await send(bench, token, { method: "GET", address: "/api/events", headers: { "last-event-id": id } });
        await send(bench, token, {
          method: "GET",
          address: `/api/events?after=${encodeURIComponent(id.toWellFormed())}`,
        });
      }
    };
  },
});

const MCP_MESSAGES = [
  { jsonrpc: "2.0", id: 1, method: "tools/list" },
  { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "show_hand", arguments: { name: "echo" } } },
  {
    jsonrpc: "2.0",
    id: 3,
    method: "tools/call",
    params: { name: "list_executions", arguments: { limit: 1 } },
  },
  {
    jsonrpc: "2.0",
    id: 4,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "x", version: "1" } },
  },
].map((message) => JSON.stringify(message, null, 1));

export const mcpServerTarget = defineTarget({
  name: "mcp-server",
  inputs: fc.tuple(
    fc.constantFrom(...MCP_MESSAGES),
    fc.constantFrom("id", "method", "params", "name", "arguments", "jsonrpc", "limit"),
    hostileJson,
    fc.option(hostileJsonText, { nil: null }),
  ),
  count: 120,
  async open() {
    const bench = await openBench();
    const token = await bench.token("admin");
    return async ([message, key, value, instead]: readonly [string, string, unknown, string | null]) => {
      const changed = JSON.stringify(JSON.parse(message), (name, old: unknown) =>
        name === key ? value : old,
      );
      const headers = { accept: "application/json, text/event-stream" };
      await send(bench, token, { method: "POST", address: "/mcp", headers, body: instead ?? changed });
    };
  },
});

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { expect, onTestFinished } from "vitest";
import type { JsonObject } from "../../src/core/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { readArchive } from "../../src/installs/archive/read-archive.ts";
import { PACKAGE_BOUNDS } from "../../src/installs/package-bounds.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { createMcpHost } from "../../src/tools/index.ts";
import { makeTarGz, makeZip } from "../installs/make-archive.ts";
import { ask, createQuickClock, noChance, WEATHER_TOOL } from "../models/model-fixture.ts";
import { anthropicWire, googleWire, openAiWire } from "../models/provider-wires.ts";
import { fc } from "../support/properties.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "../tools/builtin-tool.ts";
import { assertFit, defineTarget, orRefused } from "./fuzz.ts";
import { editedText, hostileText } from "./hostile.ts";

/** A server that gives each request the next answer; the last one again and again. */
async function serve(): Promise<{
  readonly url: string;
  answer: (request: string) => { readonly type: string; readonly body: string };
}> {
  const state = { url: "", answer: (_request: string) => ({ type: "text/plain", body: "" }) };
  const server = createServer(async (request, response) => {
    const { type, body } = state.answer(await readText(request));
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

const WIRES = [anthropicWire, openAiWire, googleWire];

/** Replies of providers, as they go over the wire, one piece a line. */
const replies = fc.oneof(
  ...WIRES.flatMap((wire, number) => {
    const whole = JSON.stringify(wire.whole, null, 1);
    const streamed = wire.events
      .map(
        ({ event, data }) =>
          `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n`,
      )
      .join("\n");
    return [
      fc.record({ number: fc.constant(number), isStreamed: fc.constant(false), body: editedText([whole]) }),
      fc.record({
        number: fc.constant(number),
        isStreamed: fc.constant(true),
        body: editedText([`${streamed}\n`]),
      }),
    ];
  }),
);

export const modelTarget = defineTarget({
  name: "model-reply",
  inputs: replies,
  count: 90,
  async open() {
    const server = await serve();
    const clients = WIRES.map((wire) =>
      createModelProvider({
        settings: { name: wire.name, baseUrl: server.url, apiKey: "key" },
        environment: {},
        clock: createQuickClock(),
        random: noChance,
      }).resolve(null),
    );
    return async ({ number, isStreamed, body }) => {
      const client = clients[number];
      if (client === undefined) throw new Error("no such wire");
      server.answer = () => ({ type: isStreamed ? "text/event-stream" : "application/json", body });
      const reply = await orRefused(() =>
        ask(client, { tools: [{ ...WEATHER_TOOL, name: "weather" }] }, isStreamed ? () => {} : undefined),
      );
      if (reply === undefined) return;
      assertFit(JSON.stringify(reply));
      expect(typeof reply.text).toBe("string");
      const ids = reply.toolCalls.map(({ callId }) => callId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const count of [reply.usage.inputTokens, reply.usage.outputTokens]) {
        expect(Number.isFinite(count) && count >= 0, `${count} tokens`).toBe(true);
      }
    };
  },
});

const MCP_TOOLS = JSON.stringify(
  {
    tools: [
      {
        name: "echo",
        description: "Echoes",
        inputSchema: { type: "object", properties: { a: { type: "string" } } },
      },
      { name: "two", inputSchema: { type: "object" } },
    ],
  },
  null,
  1,
);
const MCP_RESULT = JSON.stringify(
  {
    content: [
      { type: "text", text: "hello" },
      { type: "image", data: "AA==", mimeType: "image/png" },
    ],
    isError: false,
  },
  null,
  1,
);

export const mcpClientTarget = defineTarget({
  name: "mcp-client",
  inputs: fc.record({
    tools: editedText([MCP_TOOLS]),
    result: editedText([MCP_RESULT]),
    isWhole: fc.boolean(),
  }),
  count: 50,
  async open() {
    const server = await serve();
    const host = createMcpHost({
      clock: systemClock,
      logger: silentLogger,
      environment: {},
      programVersion: "test",
      fetch: globalThis.fetch,
      redact: (text) => text,
    });
    const context = await createTestToolContext();
    onTestFinished(async () => {
      await host.stop();
      await context[Symbol.asyncDispose]();
    });
    let number = 0;
    return async ({ tools, result, isWhole }) => {
      server.answer = (request) => {
        const {
          id = null,
          method = "",
          params,
        } = JSON.parse(request || "{}") as {
          id?: number;
          method?: string;
          params?: { protocolVersion?: string };
        };
        const serverInfo = { name: "fuzz", version: "1" };
        const start = JSON.stringify({
          protocolVersion: params?.protocolVersion,
          capabilities: { tools: {} },
          serverInfo,
        });
        const answer =
          method === "initialize" ? start : method === "tools/list" ? (isWhole ? MCP_TOOLS : tools) : result;
        return { type: "application/json", body: `{"jsonrpc":"2.0","id":${id},"result":${answer}}` };
      };
      number += 1;
      const use = host.use({
        name: `fuzz-${number}`,
        handName: "h",
        versionHash: String(number),
        transport: { kind: "http", url: `${server.url}/mcp`, headers: {}, network: null },
        isTrusted: false,
        connectTimeoutMs: 1_000,
        callTimeoutMs: 1_000,
      });
      try {
        const { signal } = new AbortController();
        const listed = await orRefused(() => use.listTools(signal));
        if (listed !== undefined) assertFit(JSON.stringify(listed));
        for (const tool of listed ?? []) {
          const called = await orRefused(() => tool.execute({ a: "b" }, context));
          if (called !== undefined) assertFit(JSON.stringify(called));
        }
      } finally {
        use.release();
      }
    };
  },
});

const names = fc
  .array(fc.oneof(hostileText, fc.constantFrom("..", ".", "", "a", "A", "link", "~", "-rf", ".hidden")), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join("/"));

export const fileNameTarget = defineTarget({
  name: "file-name",
  inputs: names,
  count: 120,
  async open() {
    const context = await createTestToolContext();
    onTestFinished(() => context[Symbol.asyncDispose]());
    const outside = dirname(context.workspace);
    await mkdir(context.workspace);
    await writeFile(join(outside, "secret.txt"), "secret");
    const registry = ["file_write", "file_read", "file_list"].map(builtinTool);
    const call = async (number: number, args: JsonObject) => {
      const tool = registry[number];
      const parsed = await tool?.tool.parse(args);
      return parsed?.ok === true
        ? await orRefused(() => tool?.tool.execute(parsed.args, context))
        : undefined;
    };
    return async (path: string) => {
      await call(0, { path, content: "written" });
      const found = await call(1, { path });
      if (found !== undefined) expect(JSON.stringify(found)).not.toContain("secret");
      await call(2, { path });
      expect((await readdir(outside)).sort()).toEqual(["secret.txt", "workspace"]);
    };
  },
});

const ARCHIVES = [makeTarGz, makeZip].map((make) =>
  make([
    { path: "HAND.toml", content: "[hand]\n" },
    { path: "skills/one.md", content: "# One\n".repeat(40) },
  ]),
);

export const archiveTarget = defineTarget({
  name: "archive",
  inputs: fc.record({
    number: fc.nat(ARCHIVES.length - 1),
    flips: fc.array(fc.tuple(fc.nat(5_000), fc.nat(255)), { maxLength: 8 }),
    length: fc.option(fc.nat(5_000), { nil: null }),
  }),
  count: 150,
  async open() {
    return async ({ number, flips, length }) => {
      const bytes = Buffer.from(ARCHIVES[number] ?? []);
      for (const [place, value] of flips) bytes[place % bytes.length] = value;
      const files = await orRefused(() =>
        readArchive(bytes.subarray(0, length ?? bytes.length), PACKAGE_BOUNDS),
      );
      for (const { path, content } of files ?? []) {
        expect(path).not.toMatch(/^\/|\.\.|\0/);
        expect(content.length).toBeLessThan(5_000_000);
      }
    };
  },
});

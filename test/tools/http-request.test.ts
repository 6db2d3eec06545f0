import { describe, expect, test } from "vitest";
import type { ProgramPorts } from "../../src/tools/index.ts";
import { createBoundedFetch } from "../../src/tools/index.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";
import { serve } from "./http-server.ts";

const httpGet = builtinTool("http_get");
const httpRequest = builtinTool("http_request");

function createPorts(allowedHosts: readonly string[] | null): ProgramPorts {
  const refuse = () => Promise.reject(new Error("not asked for here"));
  return { allowedHosts, repositories: {}, notify: refuse, startHand: refuse };
}

/** A server that answers with what it got. */
async function openEcho(allowedHosts: readonly string[] | null = ["127.0.0.1"]) {
  const server = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () =>
      response.writeHead(201, { "x-kind": "echo" }).end(JSON.stringify({ method: request.method, body })),
    );
  });
  const context = await createTestToolContext({
    secrets: { API_KEY: "key-of-the-test" },
    ports: createPorts(allowedHosts),
    fetch: createBoundedFetch({
      allow: ["127.0.0.1"],
      maxBytes: 1_000_000,
      timeoutMs: 20_000,
      signal: new AbortController().signal,
    }),
  });
  return { server, context };
}

describe("http_request", () => {
  test("sends any method, a JSON body and a secret by its name, and gives status, headers and body", async () => {
    const { server, context } = await openEcho();
    await using _server = server;
    await using _context = context;
    const args = {
      url: `${server.url}/orders`,
      method: "POST",
      headers: { authorization: { secret: "API_KEY", prefix: "Bearer " }, "x-a": "1" },
      json: { n: 1 },
    };
    const result = await httpRequest.call(args, context);
    expect(result).toMatchObject({ status: 201, headers: { "x-kind": "echo" }, truncated: false });
    expect(JSON.parse(result.body)).toEqual({ method: "POST", body: '{"n":1}' });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer key-of-the-test",
      "content-type": "application/json",
      "x-a": "1",
    });
    expect(JSON.stringify(await httpRequest.tool.parse(args))).not.toContain("key-of-the-test");
  });

  test.each([[null], [["*"]], [["127.0.0.1", "*:443"]]])(
    "sends no secret where any host may be reached (%j)",
    async (allow) => {
      const { server, context } = await openEcho(allow);
      await using _server = server;
      await using _context = context;
      const args = { url: server.url, method: "GET", headers: { authorization: { secret: "API_KEY" } } };
      await expect(httpRequest.call(args, context)).rejects.toMatchObject({ code: "denied" });
      expect(server.requests).toEqual([]);
    },
  );

  test("says which secrets there are where one is missing", async () => {
    const { server, context } = await openEcho();
    await using _server = server;
    await using _context = context;
    const args = { url: server.url, method: "GET", headers: { a: { secret: "OTHER" } } };
    await expect(httpRequest.call(args, context)).rejects.toMatchObject({
      message: expect.stringContaining('"OTHER"'),
      hint: expect.stringContaining("API_KEY"),
    });
  });

  test("is destructive whatever its method, and http_get, which reads, takes neither secrets nor other methods", async () => {
    expect(httpRequest.tool.descriptor).toMatchObject({ effect: "destructive", isUntrusted: true });
    expect(httpGet.tool.descriptor).toMatchObject({ effect: "read", isUntrusted: true });
    const url = "https://example.com/";
    for (const args of [
      { url, method: "POST" },
      { url, headers: { a: { secret: "API_KEY" } } },
      { url, headers: { "a\nb": "c" } },
      { url, headers: { a: "c\r\nd: e" } },
    ]) {
      expect(await httpGet.tool.parse(args), JSON.stringify(args)).toMatchObject({ ok: false });
    }
  });
});

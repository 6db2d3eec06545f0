import { expect, test } from "vitest";
import type { McpServerDefinition } from "../../src/tools/index.ts";
import { startMcpHttpServer } from "../support/mcp-http-server.ts";
import type { RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, manifest } from "../support/simple-hands.ts";

const ECHO = callOnce({ name: "remote.echo", args: { n: 1 } });
const TOOLS = '[tools]\nrequired = ["remote.echo"]\nunattended = ["remote.echo"]\n';

/** A model's hand that calls `remote.echo` once, at a server of the project or of its own. */
async function openBench(options: RunnerBenchOptions & { readonly ownTable?: (url: string) => string } = {}) {
  const { ownTable, ...rest } = options;
  const server = await startMcpHttpServer();
  const definition: McpServerDefinition = {
    command: null,
    url: server.url,
    environment: {},
    headers: { Authorization: "Bearer s3cret" },
    secretValues: ["s3cret"],
    cwd: null,
    isTrusted: false,
    connectTimeoutMs: 60_000,
    callTimeoutMs: 60_000,
  };
  const mcpServers = ownTable === undefined ? { remote: definition } : {};
  const bench = await openRunnerBench({ replies: ECHO, mcpServers, ...rest });
  const more = `${TOOLS}${ownTable?.(server.url) ?? ""}`;
  bench.writeHand("caller", { "HAND.toml": manifest("caller", more), "SYSTEM.md": "Call." });
  return { bench, server };
}

test("a session that the server lost is begun anew, and the call is made once", async () => {
  const { bench, server } = await openBench();
  expect(await bench.run("caller")).toMatchObject({ outcome: "success", output: '{"text":"{\\"n\\":1}"}' });
  server.forgetSessions();
  expect(await bench.run("caller")).toMatchObject({ outcome: "success" });
  expect(server.sessions).toBe(2);
  expect(server.asked.filter((what) => what === "tools/call echo")).toHaveLength(2);
  expect([...server.authorizations]).toEqual(["Bearer s3cret"]);
});

test("a session that is lost between the list of tools and the call is begun anew as well", async () => {
  const { bench, server } = await openBench({
    replies: (request) => {
      if (request.messages.at(-1)?.role === "tool") return { text: JSON.stringify(request.messages.at(-1)) };
      server.forgetSessions();
      return { toolCalls: [{ name: "remote.echo", args: { n: 1 } }] };
    },
  });
  expect(await bench.run("caller")).toMatchObject({
    outcome: "success",
    output: expect.stringContaining('{\\"n\\":1}'),
  });
  expect([server.sessions, server.asked.filter((what) => what === "tools/call echo").length]).toEqual([2, 1]);
});

test.each([
  ["whose stream is cut", "cut", "waiting"],
  ["that is too large", "huge", "waiting"],
  ["with a server's error", "broken", "waiting"],
  ["with a refusal", "denied", "ended"],
] as const)(
  "an answer %s leaves a destructive call unknown only where it may have happened",
  async (_what, how, status) => {
    const { bench, server } = await openBench();
    server.answerNext(how);
    const execution = await bench.run("caller");
    expect(execution.status).toBe(status);
    const steps = await bench.steps(execution.id);
    const step = steps.find(({ kind }) => kind === "tool");
    expect(step?.status).toBe(status === "waiting" ? "unknown" : "failed");
  },
);

test("a hand's own address is held to its network policy; one that it names is reached", async () => {
  const own = (url: string) =>
    `[mcp.remote]\nurl = "${url}"\nheaders = { Authorization = { secret = "KEY", prefix = "Bearer " } }\n[secrets]\nnames = ["KEY"]\n`;
  const readSecrets = () => ({ KEY: "own-s3cret" });
  const { bench: refused, server: unreached } = await openBench({ ownTable: own, readSecrets });
  const failed = await refused.run("caller");
  expect(failed).toMatchObject({ outcome: "failure", error_code: "mcp_failed" });
  expect(failed.error).toContain("loopback");
  expect(unreached.asked).toEqual([]);
  const { bench, server } = await openBench({
    ownTable: (url) => `${own(url)}[network]\nallow = ["127.0.0.1"]\n`,
    readSecrets,
  });
  expect(await bench.run("caller")).toMatchObject({ outcome: "success" });
  expect([...server.authorizations]).toEqual(["Bearer own-s3cret"]);
});

import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, onTestFinished, test } from "vitest";
import type { ServerBench } from "./server-bench.ts";
import { ECHO, openServerBench, PAYER } from "./server-bench.ts";

async function connect(bench: ServerBench, token: string): Promise<Client> {
  const { url } = await bench.server.start();
  const client = new Client({ name: "test", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  onTestFinished(() => client.close());
  return client;
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args });
  const [content] = result.content as { text: string }[];
  return { isError: result.isError === true, json: JSON.parse(content?.text ?? "null") };
}

test("a program that speaks MCP lists hands, starts one and reads what it did", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO, payer: PAYER } });
  const client = await connect(bench, await bench.token("read", "trigger"));
  const hands = await call(client, "list_hands");
  expect(hands.json.items.map((hand: { name: string }) => hand.name)).toEqual(["echo", "payer"]);
  const started = await call(client, "trigger_hand", { name: "echo", input: "hello" });
  await bench.rest(started.json.executionId);
  expect((await call(client, "show_execution", { id: started.json.executionId })).json.output).toContain(
    "hello",
  );
  expect((await call(client, "list_executions", { hand: "echo", limit: 1 })).json.items).toHaveLength(1);
  const missing = await call(client, "show_hand", { name: "ecko" });
  expect([missing.isError, missing.json.error.code]).toEqual([true, "hand_not_found"]);
});

test("it can read what waits for a decision and never decide, not even as an admin", async () => {
  const bench = await openServerBench({ hands: { payer: PAYER } });
  const client = await connect(bench, await bench.token("admin"));
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    "list_approvals",
    "list_executions",
    "list_hands",
    "show_execution",
    "show_hand",
    "trigger_hand",
  ]);
  const started = await call(client, "trigger_hand", { name: "payer" });
  await bench.rest(started.json.executionId);
  expect((await call(client, "list_approvals")).json.items).toMatchObject([{ action: "pay" }]);
});

test("it has the tools that its token allows, and nobody comes in without one", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const client = await connect(bench, await bench.token("read"));
  expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain("trigger_hand");
  const refused = await bench.server.request("http://127.0.0.1/mcp", { method: "POST", body: "{}" });
  expect(refused.status).toBe(401);
});

test("hands mcp speaks it over stdin and stdout, and not inside an execution", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const main = fileURLToPath(new URL("../../bin/hands.js", import.meta.url));
  const args = [main, "mcp", "--db", bench.runtime.config.db, "--hands", bench.runtime.config.handsDir];
  const env = { PATH: process.env["PATH"] ?? "", HOME: bench.dir };
  const start = (more: Record<string, string>) =>
    new StdioClientTransport({
      command: process.execPath,
      args,
      cwd: bench.dir,
      env: { ...env, ...more },
      stderr: "ignore",
    });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(start({}));
  expect((await call(client, "list_hands")).json.items).toMatchObject([{ name: "echo" }]);
  const started = await call(client, "trigger_hand", { name: "echo" });
  expect((await bench.rest(started.json.executionId)).outcome).toBe("success");
  await client.close();
  const inside = new Client({ name: "test", version: "1" });
  await expect(inside.connect(start({ HANDS_EXECUTION: "01abc" }))).rejects.toThrow();
});

import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import picocolors from "picocolors";
import { onTestFinished } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import type { Environment } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";

/** What a stream of server-sent events has said so far. It is left when the test ends. */
export async function followStream(answer: Response | Promise<Response>): Promise<() => string> {
  const reader = (await answer).body?.getReader();
  if (reader === undefined) throw new Error("there is no stream");
  onTestFinished(() => reader.cancel().catch(() => {}));
  const decoder = new TextDecoder();
  let said = "";
  void (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      said += decoder.decode(value, { stream: true });
    }
  })();
  return () => said;
}

/** Whatever the program's MCP server tells of a hand and its execution. */
export async function askMcp(
  transport: StreamableHTTPClientTransport | StdioClientTransport,
  hand: string,
  executionId: string,
): Promise<string> {
  const client = new Client({ name: "canary", version: "1" });
  await client.connect(transport);
  try {
    const calls = [
      { name: "list_hands", arguments: {} },
      { name: "show_hand", arguments: { name: hand } },
      { name: "list_executions", arguments: {} },
      { name: "show_execution", arguments: { id: executionId } },
      { name: "list_approvals", arguments: {} },
      { name: "show_hand", arguments: { name: "nobody" } },
    ];
    const answers = [JSON.stringify(await client.listTools())];
    for (const call of calls) answers.push(JSON.stringify(await client.callTool(call)));
    return answers.join("\n");
  } finally {
    await client.close();
  }
}

export function overHttp(url: string, token: string): StreamableHTTPClientTransport {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit });
}

export function overStdio(cwd: string, environment: Readonly<Record<string, string>>): StdioClientTransport {
  const main = fileURLToPath(new URL("../../bin/hands.js", import.meta.url));
  const args = [main, "mcp"];
  return new StdioClientTransport({
    command: process.execPath,
    args,
    cwd,
    env: environment,
    stderr: "ignore",
  });
}

/** What a command writes to both its outputs. */
export async function readCommand(
  argv: readonly string[],
  project: { readonly cwd: string; readonly environment: Environment },
): Promise<string> {
  let written = "";
  const output = {
    isTerminal: false,
    colors: picocolors.createColors(false),
    columns: 100,
    write: (text: string) => {
      written += text;
    },
  };
  const questions = { input: new PassThrough(), output: new PassThrough() };
  const { signal } = new AbortController();
  await runCli({
    argv,
    terminal: { out: output, err: output, canAsk: false, questions },
    ...project,
    clock: systemClock,
    interrupts: { listen: () => ({ signal, [Symbol.dispose]: () => {} }) },
  });
  return written;
}

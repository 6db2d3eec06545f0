import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { McpServerDefinition } from "../../src/tools/index.ts";
import type { RunnerBench, RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";

/** A tool of the test's server, as it writes it, and what it does. Default: gives back its name and arguments. */
export interface TestTool {
  readonly name: string;
  readonly does?: "hang" | "die" | "refuse" | "fail" | "environment" | "big" | "change";
  readonly description?: string;
  readonly inputSchema?: object;
  readonly annotations?: object;
}

/** A bench with a server of the test's own, called `test`. */
export interface McpBench extends RunnerBench {
  /** The `[mcp.test]` table of a hand. */
  readonly table: string;
  /** The same server as a project defines it. */
  readonly definition: McpServerDefinition;
  setTools(tools: readonly TestTool[]): void;
  /** What the server noted: `start PID`, `child PID`, `call NAME ARGS`. */
  readLog(): readonly string[];
}

const SERVER = path.resolve("test/support/mcp-server.mjs");

/** The command of a reference server. */
export function referenceServer(name: "everything" | "filesystem" | "memory", ...args: string[]): string {
  const file = path.resolve(`node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);
  return JSON.stringify([process.execPath, file, ...args]);
}

export async function openMcpBench(
  tools: readonly TestTool[],
  options: RunnerBenchOptions & {
    readonly behaviours?: readonly string[];
    readonly isShared?: boolean;
    readonly isTrusted?: boolean;
  } = {},
): Promise<McpBench> {
  const { behaviours = [], isShared = false, isTrusted = false, ...rest } = options;
  const definition = {
    ...NOTHING,
    isTrusted,
    command: [process.execPath, SERVER, "{workspace}/../../tools.json", ...behaviours],
  };
  const bench = await openRunnerBench({ ...(isShared ? { mcpServers: { test: definition } } : {}), ...rest });
  const toolsPath = path.join(bench.dir, "data", "tools.json");
  const command = [process.execPath, SERVER, toolsPath, ...behaviours];
  const setTools = (next: readonly TestTool[]) =>
    writeFileSync(
      toolsPath,
      JSON.stringify(
        next.map((tool) => ({ inputSchema: { type: "object" }, description: `Does ${tool.name}`, ...tool })),
      ),
    );
  setTools(tools);
  return {
    ...bench,
    table: `[mcp.test]\ncommand = ${JSON.stringify(command)}\n`,
    definition,
    setTools,
    readLog: () =>
      existsSync(`${toolsPath}.log`) ? readFileSync(`${toolsPath}.log`, "utf8").trim().split("\n") : [],
  };
}

const NOTHING = {
  url: null,
  environment: {},
  headers: {},
  secretValues: [],
  cwd: null,
  connectTimeoutMs: 60_000,
  callTimeoutMs: 60_000,
} as const;

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../core/index.ts";
import { createRedactor, silentLogger, systemClock, toHandsError } from "../core/index.ts";
import type { McpHost } from "../tools/index.ts";
import { PROGRAM_VERSION } from "./program-version.ts";
import type { ProjectConfig } from "./project-config.ts";

/** What a server of the project offers, or why it cannot be used. */
export interface McpServerReport {
  readonly name: string;
  readonly isTrusted: boolean;
  /** Names of its tools; null where it cannot be used. */
  readonly tools: readonly string[] | null;
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
}

/** Servers for a check, which nobody runs a hand with; and an empty folder that stands for a workspace. */
export async function withCheckedServers<T>(
  secretValues: readonly string[],
  environment: Environment,
  check: (mcp: McpHost, workspace: string) => Promise<T>,
): Promise<T> {
  const { createMcpHost } = await import("../tools/index.ts");
  const workspace = await mkdtemp(join(tmpdir(), "hands-check-"));
  const mcp = createMcpHost({
    clock: systemClock,
    logger: silentLogger,
    environment,
    programVersion: PROGRAM_VERSION,
    fetch: (url, init) => globalThis.fetch(url, init),
    redact: createRedactor(secretValues).text,
  });
  try {
    return await check(mcp, workspace);
  } finally {
    await mcp.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Starts each MCP server of a project in an empty folder, asks what it offers, and ends it. */
export async function checkMcpServers(
  config: Pick<ProjectConfig, "mcp" | "projectDir">,
  environment: Environment,
): Promise<readonly McpServerReport[]> {
  const servers = Object.entries(config.mcp ?? {});
  if (servers.length === 0) return [];
  const { settleServer } = await import("../runner/index.ts");
  const secretValues = servers.flatMap(([, server]) => server.secretValues);
  return await withCheckedServers(secretValues, environment, async (mcp, workspace) =>
    Promise.all(
      servers.map(async ([name, definition]): Promise<McpServerReport> => {
        const { isTrusted } = definition;
        const use = mcp.use(
          settleServer(name, definition, {
            handName: "doctor",
            versionHash: "",
            handDir: config.projectDir,
            workspace,
            network: null,
          }),
        );
        try {
          const tools = await use.listTools(new AbortController().signal);
          return { name, isTrusted, tools: tools.map((tool) => tool.descriptor.name), problem: null };
        } catch (thrown) {
          const { message, hint = null } = toHandsError(thrown, "mcp_failed");
          return { name, isTrusted, tools: null, problem: { message, hint } };
        }
      }),
    ),
  );
}

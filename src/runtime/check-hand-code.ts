import type { Environment } from "../core/index.ts";
import { readEnvironment, silentLogger, systemClock, toHandsError } from "../core/index.ts";
import type { Diagnostic, HandConfig, HandFolder, ManifestProblem } from "../manifest/index.ts";
import { checkGateCoverage, listMcpServers } from "../manifest/index.ts";
import type { Sandbox, ToolDescriptor } from "../tools/index.ts";
import { withCheckedServers } from "./check-mcp-servers.ts";
import { pickSecrets } from "./pick-secrets.ts";
import type { ProjectConfig } from "./project-config.ts";
import { readOwnTools } from "./read-own-tools.ts";

/**
 * What is wrong with each hand's folder, its code included: loads it in a worker as a run would, from where it lies, and holds the
 * manifest against the tools that it gives. Its MCP servers are started and asked. Runs no script and no tool.
 */
export async function checkHandCode(
  folders: readonly HandFolder[],
  builtin: readonly ToolDescriptor[],
  config: Pick<ProjectConfig, "mcp" | "secrets">,
  sandbox: Sandbox,
): Promise<readonly (readonly Diagnostic[])[]> {
  const { createHandCodeHost } = await import("../code/index.ts");
  const environment = readEnvironment();
  const secretValues = Object.values(config.secrets);
  const host = createHandCodeHost({
    clock: systemClock,
    logger: silentLogger,
    environment,
    secretValues,
    sandbox,
  });
  const taken = builtin.map(({ name }) => name);
  const results: (readonly Diagnostic[])[] = [];
  try {
    for (const folder of folders) {
      const { hand, diagnostics, fingerprint } = folder;
      if (hand === undefined) {
        results.push(diagnostics);
        continue;
      }
      const own = await readOwnTools(hand, fingerprint, host, taken);
      const servers = await askServers(folder, hand, config, environment);
      const problems = [
        ...servers.problems,
        ...checkGateCoverage(hand, {
          tools: [...builtin, ...own.tools, ...servers.tools],
          isComplete: own.problem === null,
          unaskedServers: servers.unasked,
        }),
      ];
      const located = folder.locate(problems);
      results.push([...diagnostics, ...(own.problem === null ? [] : [own.problem]), ...located]);
    }
  } finally {
    await host.stop();
  }
  return results;
}

/** What the hand's servers offer; those that cannot be used, as problems at their place. */
async function askServers(
  { dir, fingerprint }: HandFolder,
  hand: HandConfig,
  config: Pick<ProjectConfig, "mcp" | "secrets">,
  environment: Environment,
): Promise<{
  readonly tools: readonly ToolDescriptor[];
  readonly unasked: readonly string[];
  readonly problems: readonly ManifestProblem[];
}> {
  const { mcp: mcpServers = {}, secrets } = config;
  const names = listMcpServers(hand, Object.keys(mcpServers));
  if (names.length === 0) return { tools: [], unasked: [], problems: [] };
  const { listServerTools } = await import("../runner/index.ts");
  const readSecrets = (wanted: readonly string[]) => pickSecrets(secrets, environment, wanted);
  const secretValues = [
    ...Object.values(readSecrets(hand.secrets)),
    ...Object.values(mcpServers).flatMap((server) => server.secretValues),
  ];
  try {
    const asked = await withCheckedServers(secretValues, environment, (mcp, workspace) =>
      listServerTools({ mcp, mcpServers, readSecrets }, { config: hand, hash: fingerprint, dir }, workspace),
    );
    return {
      tools: asked.tools,
      unasked: asked.failed.map(({ server }) => server),
      problems: asked.failed.map(({ server, isOptional, error }) =>
        report(hand, server, isOptional ? "warning" : "error", error),
      ),
    };
  } catch (thrown) {
    const [first = ""] = names;
    return { tools: [], unasked: names, problems: [report(hand, first, "error", toHandsError(thrown))] };
  }
}

function report(
  hand: HandConfig,
  server: string,
  severity: ManifestProblem["severity"],
  { message, hint = null }: { readonly message: string; readonly hint?: string | null | undefined },
): ManifestProblem {
  const path = Object.hasOwn(hand.mcp, server) ? ["mcp", server] : ["tools"];
  return { severity, code: "mcp_failed", message, path, at: "key", hint };
}

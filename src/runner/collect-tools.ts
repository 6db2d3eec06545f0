import type { HandCode } from "../code/index.ts";
import { HandsError, matchesGlob } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { checkGateCoverage, serverOf } from "../manifest/index.ts";
import type { CallableTool } from "../tools/index.ts";
import { assertConfinable } from "./confinement.ts";
import type { OpenServer } from "./open-mcp-servers.ts";
import { openServers, pickTools } from "./open-mcp-servers.ts";
import { planMcpServers } from "./plan-mcp-servers.ts";
import { createRequestApprovalTool } from "./request-approval-tool.ts";
import type { RunnerParts } from "./types.ts";
import type { HandVersion } from "./version-keeper.ts";

/** The tools of one taking of an execution. Those of an MCP server follow what the server says. */
export interface CollectedTools {
  readonly byName: ReadonlyMap<string, CallableTool>;
  /** Lets the servers go that were held for these tools. */
  release(): void;
}

type Parts = Pick<
  RunnerParts,
  "tools" | "code" | "sandbox" | "mcp" | "mcpServers" | "readSecrets" | "logger"
>;

/**
 * The tools that a version of a hand may call: those that its manifest names, its own, those of its MCP servers, which are started for
 * it, and those that its gates and skills bring.
 *
 * Throws: `tool_not_found` when a required one is missing; `mcp_failed` when a server that is not optional cannot be used;
 * `hand_broken` when a gate covers nothing that the servers offer.
 */
export async function collectTools(
  parts: Parts,
  version: HandVersion,
  { workspace, signal }: { readonly workspace: string; readonly signal: AbortSignal },
): Promise<CollectedTools> {
  const { config } = version;
  assertConfinable(parts, config);
  const named = new Set([...config.toolsRequired, ...config.toolsOptional].map((tool) => tool.name));
  if (config.skills.some((skill) => skill.kind === "package")) named.add("read_skill");
  const own = config.toolPaths.length === 0 ? [] : (await loadCode(parts, version, workspace)).tools;
  assertDistinct(config.name, parts.tools, own);
  const local = [...parts.tools.filter((tool) => named.has(tool.descriptor.name)), ...own];
  const servers = await openServers(parts, planMcpServers(parts, version, workspace), signal);
  const release = () => {
    for (const { use } of servers) use.release();
  };
  try {
    const byName = new Map(local.map((tool) => [tool.descriptor.name, tool]));
    for (const server of servers) addServer(byName, server);
    if (servers.length > 0) assertCovered(parts, config, own, servers);
    assertComplete(config, byName, servers);
    const request =
      config.scriptPath === null ? createRequestApprovalTool(config, [...byName.values()]) : null;
    if (request !== null) byName.set(request.descriptor.name, request);
    for (const server of servers) follow(parts, config, own, servers, server, byName);
    return { byName, release };
  } catch (error) {
    release();
    throw error;
  }
}

function addServer(byName: Map<string, CallableTool>, { planned, tools }: OpenServer): void {
  for (const tool of tools ?? []) {
    const { name } = tool.descriptor;
    if (byName.has(name)) {
      throw new HandsError(
        "hand_broken",
        `two tools are called ${name}: one of the hand, one of its MCP server`,
        {
          hint: `Rename the tool in tools/, or [mcp.${planned.settings.name}].`,
        },
      );
    }
    byName.set(name, tool);
  }
}

function removeServer(byName: Map<string, CallableTool>, { tools }: OpenServer): void {
  for (const tool of tools ?? []) {
    if (byName.get(tool.descriptor.name) === tool) byName.delete(tool.descriptor.name);
  }
}

/** Follows a server whose tools change. Where a gate would cover nothing any more, all its tools are taken away: it fails closed. */
function follow(
  parts: Parts,
  config: HandConfig,
  own: readonly CallableTool[],
  servers: readonly OpenServer[],
  server: OpenServer,
  byName: Map<string, CallableTool>,
): void {
  server.use.onChange((tools) => {
    removeServer(byName, server);
    server.tools = pickTools(server.planned, tools);
    try {
      assertCovered(parts, config, own, servers);
      addServer(byName, server);
    } catch (error) {
      removeServer(byName, server);
      server.tools = [];
      parts.logger.warn("An MCP server's tools were taken from a hand that is running.", {
        hand: config.name,
        server: server.planned.settings.name,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  });
}

/** Now that the servers have been asked, nothing is unchecked: a gate or a tool name that matches nothing keeps the hand from running. */
function assertCovered(
  parts: Parts,
  config: HandConfig,
  own: readonly CallableTool[],
  servers: readonly OpenServer[],
): void {
  const tools = [...parts.tools, ...own, ...servers.flatMap((server) => server.tools ?? [])];
  const unaskedServers = servers
    .filter((server) => server.tools === null || server.use.isPartial === true)
    .map((server) => server.planned.settings.name);
  const problems = checkGateCoverage(config, {
    tools: tools.map((tool) => tool.descriptor),
    isComplete: true,
    unaskedServers,
  }).filter(({ severity }) => severity === "error");
  const [first] = problems;
  if (first === undefined) return;
  const message = `${problems.map((problem) => `${problem.path.join(".")}: ${problem.message}`).join("; ")}`;
  throw new HandsError(first.code === "missing_tool" ? "tool_not_found" : "hand_broken", message, {
    hint: "`hands validate --code` starts the servers and shows what they offer.",
  });
}

function assertComplete(
  config: HandConfig,
  byName: ReadonlyMap<string, CallableTool>,
  servers: readonly OpenServer[],
): void {
  const partial = servers.filter(({ use }) => use.isPartial === true).map(({ use }) => use.name);
  const isThere = (name: string) =>
    name.includes("*") ? [...byName.keys()].some((key) => matchesGlob(name, key)) : byName.has(name);
  const missing = config.toolsRequired.filter(
    ({ name }) => !isThere(name) && serverOf(name, partial) === null,
  );
  if (missing.length === 0) return;
  throw new HandsError(
    "tool_not_found",
    `missing required tools: ${missing.map((tool) => tool.name).join(", ")}`,
  );
}

/** A tool never hides another, whether the hand names the other or not. */
function assertDistinct(
  handName: string,
  known: readonly CallableTool[],
  own: readonly CallableTool[],
): void {
  const taken = new Set(known.map((tool) => tool.descriptor.name));
  const same = own.find((tool) => taken.has(tool.descriptor.name))?.descriptor.name;
  if (same === undefined) return;
  throw new HandsError(
    "hand_broken",
    `${handName} has a tool ${same} of its own or the project's, and there is one already`,
    {
      hint: "Give that tool another name.",
    },
  );
}

/** The code of a version, in its worker. */
export async function loadCode(
  parts: Pick<RunnerParts, "code" | "sandbox">,
  version: HandVersion,
  workspace: string,
): Promise<HandCode> {
  assertConfinable(parts, version.config);
  const { scriptPath, toolPaths, projectToolsDir, name, sandbox } = version.config;
  return await parts.code.load({
    handName: name,
    hash: version.hash,
    dir: version.dir,
    scriptPath,
    toolPaths,
    projectToolsDir,
    confinement: { ...sandbox, workspace },
  });
}

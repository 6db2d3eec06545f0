import { resolve } from "node:path";
import { HandsError } from "../core/index.ts";
import type { HandConfig, McpServerConfig, McpValue } from "../manifest/index.ts";
import { listMcpServers, serverOf } from "../manifest/index.ts";
import type { McpServerDefinition, McpServerSettings, McpTransportSettings } from "../tools/index.ts";
import type { RunnerParts } from "./types.ts";
import type { HandVersion } from "./version-keeper.ts";

/** A server that a version of a hand uses. */
export interface PlannedMcpServer {
  readonly settings: McpServerSettings;
  /** May the hand run without it? */
  readonly isOptional: boolean;
  /** Names and globs of the tools that the hand is given; null is all. */
  readonly wanted: readonly string[] | null;
}

type Version = Pick<HandVersion, "config" | "hash" | "dir">;
type Parts = Pick<RunnerParts, "mcpServers" | "readSecrets">;

/**
 * The servers of a hand, with placeholders and secrets filled in. Of its own server a hand has every tool, unless its tool lists name
 * some; of a project's it has those that it names.
 *
 * Throws: `hand_broken` where two servers have one name, `mcp_failed` where a secret has no value.
 */
export function planMcpServers(
  parts: Parts,
  version: Version,
  workspace: string,
): readonly PlannedMcpServer[] {
  const { config } = version;
  const projectServers = Object.keys(parts.mcpServers);
  return listMcpServers(config, projectServers).map((name) => {
    const own = Object.hasOwn(config.mcp, name) ? config.mcp[name] : undefined;
    const shared = Object.hasOwn(parts.mcpServers, name) ? parts.mcpServers[name] : undefined;
    if (own !== undefined && shared !== undefined) throw describeClash(config.name, name);
    const named = [...config.toolsRequired, ...config.toolsOptional].filter(
      (tool) => serverOf(tool.name, [name]) !== null,
    );
    const definition = own === undefined ? shared : fillIn(parts, version, name, own);
    if (definition === undefined) throw new HandsError("internal", `no MCP server ${name} was planned`);
    const settings = settleServer(name, definition, {
      handName: config.name,
      versionHash: version.hash,
      handDir: version.dir,
      workspace,
      network: own === undefined ? null : config.network,
    });
    return {
      settings,
      isOptional: named.length > 0 && named.every((tool) => tool.optional),
      wanted: named.length === 0 ? null : named.map((tool) => tool.name),
    };
  });
}

/** A name is the operator's or the hand's, never both: what an operator trusts is not for a hand to replace. */
export function describeClash(handName: string, server: string): HandsError {
  return new HandsError("hand_broken", `${handName} and the project both define an MCP server ${server}`, {
    hint: `Rename [mcp.${server}] in the HAND.toml, or remove it there to use the project's.`,
  });
}

/** A hand's own server, in the form of a project's. It is never trusted: only an operator can say so. */
function fillIn(parts: Parts, version: Version, name: string, own: McpServerConfig): McpServerDefinition {
  const read = (values: Readonly<Record<string, McpValue>>) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, readValue(parts, version.config, name, value)]),
    );
  return {
    command: own.command,
    url: own.url,
    environment: read(own.environment),
    headers: read(own.headers),
    secretValues: [],
    cwd: own.cwd === null ? null : resolve(version.dir, own.cwd),
    isTrusted: false,
    connectTimeoutMs: own.connectTimeoutMs,
    callTimeoutMs: own.callTimeoutMs,
  };
}

function readValue(parts: Parts, config: HandConfig, server: string, value: McpValue): string {
  if (typeof value === "string") return value;
  const allowed = config.secrets.filter((secret) => secret === value.secret);
  const found = parts.readSecrets(allowed)[value.secret];
  if (found !== undefined) return `${value.prefix}${found}`;
  throw new HandsError(
    "mcp_failed",
    `the MCP server ${server} needs the secret ${value.secret}, which has no value`,
    {
      hint: `Set the variable ${value.secret}, or add it to [secrets] in hands.toml.`,
    },
  );
}

/** Where a server works, and for whom. */
interface McpServerPlace {
  readonly handName: string;
  readonly versionHash: string;
  /** Absolute. */
  readonly handDir: string;
  /** Absolute. */
  readonly workspace: string;
  /** The policy that its address is held to; null for an operator's own. */
  readonly network: HandConfig["network"] | null;
}

/** A server as it is started: its placeholders filled in. */
export function settleServer(
  name: string,
  definition: McpServerDefinition,
  { handName, versionHash, handDir, workspace, network }: McpServerPlace,
): McpServerSettings {
  const fill = (text: string) => text.replaceAll("{workspace}", workspace).replaceAll("{hand}", handDir);
  const { command, url } = definition;
  const transport: McpTransportSettings =
    command === null
      ? { kind: "http", url: url ?? "", headers: definition.headers, network }
      : {
          kind: "stdio",
          command: command.map(fill),
          environment: Object.fromEntries(
            Object.entries(definition.environment).map(([key, value]) => [key, fill(value)]),
          ),
          cwd: definition.cwd === null ? workspace : fill(definition.cwd),
          root: workspace,
        };
  return {
    name,
    handName,
    versionHash,
    transport,
    isTrusted: definition.isTrusted,
    connectTimeoutMs: definition.connectTimeoutMs,
    callTimeoutMs: definition.callTimeoutMs,
  };
}

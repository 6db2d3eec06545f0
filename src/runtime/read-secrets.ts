import { resolve } from "node:path";
import type { Environment } from "../core/index.ts";
import { parseDuration } from "../core/index.ts";
import type { Diagnostic, ManifestProblem } from "../manifest/index.ts";
import { locateProblems } from "../manifest/index.ts";
import type { ModelProviderSettings } from "../models/index.ts";
import type { McpServerDefinition } from "../tools/index.ts";
import { CHANNEL_SECRETS } from "./channel-schema.ts";
import type { ChannelConfig } from "./project-config.ts";
import type { ProjectFile } from "./project-file-schema.ts";
import type { SecretSource } from "./project-file-values.ts";
import { judgeSecret, readChannel } from "./read-channel.ts";
import { readSecret } from "./read-secret.ts";

/** Every secret of a project, read from where it is kept. */
export interface ProjectSecrets {
  readonly modelKey: string | null;
  readonly providers: Readonly<Record<string, ModelProviderSettings>>;
  readonly channels: readonly ChannelConfig[];
  readonly mcp: Readonly<Record<string, McpServerDefinition>>;
  /** `[secrets]`. One that has no value is empty, so that no variable of its name is taken for it. */
  readonly named: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Stands for every secret in the configuration of a command that only looks: what is configured shows, and nothing was read. */
const UNREAD_SECRET = "unread";

/**
 * Reads the secrets that the file names. A key of a model or a channel that is not there is an error, because another one would be used
 * in its place, or none; one of `[secrets]` is a warning, for only the tools that want it lack it.
 */
export async function readSecrets(
  file: ProjectFile,
  place: {
    readonly environment: Environment;
    readonly projectDir: string;
    /** Of the file, for diagnostics. */
    readonly path: string;
    readonly text: string;
    readonly isWanted: boolean;
  },
): Promise<ProjectSecrets> {
  const problems: ManifestProblem[] = [];

  async function read(
    source: SecretSource | undefined,
    path: readonly string[],
    severity: "error" | "warning" = "error",
  ): Promise<string | null> {
    if (source === undefined) return null;
    if (!place.isWanted) return UNREAD_SECRET;
    const { value, problem, warning } = await readSecret(source, place);
    if (problem !== null) problems.push(report(severity, "missing_secret", problem, path));
    if (warning !== null) problems.push(report("warning", "readable_secret", warning, path));
    return value;
  }

  const modelKey = await read(file.model?.api_key, ["model", "api_key"]);
  const providers: [string, ModelProviderSettings][] = [];
  for (const [name, provider] of Object.entries(file.model?.providers ?? {})) {
    const apiKey = await read(provider.api_key, ["model", "providers", name, "api_key"]);
    const limits = {
      maxConcurrent: provider.max_concurrent ?? null,
      requestsPerMinute: provider.requests_per_minute ?? null,
      tokensPerMinute: provider.tokens_per_minute ?? null,
    };
    const isLimited = Object.values(limits).some((limit) => limit !== null);
    const own = { baseUrl: provider.base_url ?? null, apiKey };
    providers.push([name, isLimited ? { ...own, limits } : own]);
  }
  const channels: ChannelConfig[] = [];
  for (const [name, written] of Object.entries(file.channels ?? {})) {
    const values: Record<string, string | null> = {};
    for (const key of CHANNEL_SECRETS) {
      const source = (written as Partial<Record<typeof key, SecretSource>>)[key];
      if (source === undefined) continue;
      const path = ["channels", name, key];
      const value = await read(source, path);
      const fault = place.isWanted && value !== null ? judgeSecret(written.type, key, value) : null;
      if (fault !== null) problems.push(report("error", "invalid_secret", fault, path));
      values[key] = fault === null ? value : null;
    }
    const channel = readChannel(name, written, values);
    if (channel !== null) channels.push(channel);
  }
  const named: [string, string][] = [];
  for (const [name, source] of Object.entries(file.secrets ?? {})) {
    named.push([name, (await read(source, ["secrets", name], "warning")) ?? ""]);
  }
  const mcp: [string, McpServerDefinition][] = [];
  for (const [name, server] of Object.entries(file.mcp ?? {})) {
    const secretValues: string[] = [];
    const readAll = async (place: "env" | "headers") => {
      const values: [string, string][] = [];
      for (const [key, written] of Object.entries(server[place] ?? {})) {
        if (typeof written === "string") {
          values.push([key, written]);
          continue;
        }
        const { prefix = "", ...kept } = written;
        const source = "secret" in kept ? (file.secrets?.[kept.secret] ?? { env: kept.secret }) : kept;
        const value = await read(source, ["mcp", name, place, key], "warning");
        if (value === null) continue;
        secretValues.push(value);
        values.push([key, `${prefix}${value}`]);
      }
      return Object.fromEntries(values);
    };
    const environment = await readAll("env");
    const headers = await readAll("headers");
    mcp.push([name, { ...toDefinition(server, place.projectDir), environment, headers, secretValues }]);
  }
  return {
    modelKey,
    providers: Object.fromEntries(providers),
    channels,
    mcp: Object.fromEntries(mcp),
    named: Object.fromEntries(named),
    diagnostics: locateProblems(place.text, place.path, problems),
  };
}

type McpTable = NonNullable<ProjectFile["mcp"]>[string];

const DEFAULT_CONNECT_TIMEOUT_MS = 60_000;
const DEFAULT_CALL_TIMEOUT_MS = 120_000;

function toDefinition(
  server: McpTable,
  projectDir: string,
): Omit<McpServerDefinition, "environment" | "headers" | "secretValues"> {
  const { command, url, cwd, trusted = false, connect_timeout, timeout } = server;
  return {
    command: command ?? null,
    url: url ?? null,
    cwd: cwd === undefined ? null : resolve(projectDir, cwd),
    isTrusted: trusted,
    connectTimeoutMs:
      connect_timeout === undefined ? DEFAULT_CONNECT_TIMEOUT_MS : parseDuration(connect_timeout),
    callTimeoutMs: timeout === undefined ? DEFAULT_CALL_TIMEOUT_MS : parseDuration(timeout),
  };
}

function report(
  severity: "error" | "warning",
  code: string,
  found: string,
  path: readonly string[],
): ManifestProblem {
  return { severity, code, message: `\`${path.join(".")}\`: ${found}`, path, at: "value", hint: null };
}

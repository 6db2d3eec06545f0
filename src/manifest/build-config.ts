import type { JsonObject, JsonValue } from "../core/index.ts";
import { isPlainObject, parseDuration, toJsonValue } from "../core/index.ts";
import { buildDashboard, buildPrompt, buildRequirements, buildSettings } from "./build-forms.ts";
import type { Dialect } from "./dialects/recognise-dialect.ts";
import { collectFurtherKeys } from "./find-unknown-keys.ts";
import type { HandToml } from "./hand-toml-schema.ts";
import { readSchedule } from "./read-schedule.ts";
import type {
  ApprovalGate,
  HandConfig,
  LimitsConfig,
  McpServerConfig,
  McpValue,
  OutputConfig,
  ToolRequirement,
  TriggerType,
} from "./types.ts";

/** Bounds of a hand that sets none. */
export const DEFAULT_LIMITS: LimitsConfig = {
  timeoutMs: 600_000,
  maxSteps: 50,
  maxTokens: null,
  maxCostUsd: null,
  maxCostUsdPerDay: null,
  retries: 0,
  maxWaiting: 3,
  maxRequestsPerDay: 20,
};

/** How long an MCP server may take where nobody says: a minute to start, for it may have to be downloaded, two for a call. */
export const DEFAULT_MCP_TIMEOUTS = { connectTimeoutMs: 60_000, callTimeoutMs: 120_000 } as const;

/** A checked document with every default filled in. What only the folder knows (brain, skills, tools) is still empty. */
export function buildHandConfig(
  toml: HandToml,
  name: string,
  handDir: string,
  dialect: Dialect = "native",
): HandConfig {
  const { hand } = toml;
  const schedule = hand.schedule === undefined ? null : readSchedule(hand.schedule);
  const events = toml.triggers?.events ?? [];
  return {
    name,
    description: hand.description ?? "",
    schedule,
    trigger: hand.trigger ?? chooseTrigger(schedule !== null, events.length > 0),
    enabled: hand.enabled ?? true,
    version: hand.version ?? "1.0.0",
    author: hand.author ?? null,
    dialect,
    title: hand.title ?? null,
    category: hand.category ?? null,
    icon: hand.icon ?? null,
    toolsRequired: buildTools(toml.tools?.required, false),
    toolsOptional: buildTools(toml.tools?.optional, true),
    toolsUnattended: toml.tools?.unattended ?? [],
    approvalGates: buildGates(toml.approval_gates ?? {}),
    output: buildOutput(toml.output ?? {}),
    parameters: asJsonObject(toml.parameters),
    settings: buildSettings(toml.settings ?? {}),
    requires: buildRequirements(toml.requires ?? []),
    prompt: buildPrompt(toml.prompt ?? {}),
    dashboard: buildDashboard(toml.dashboard ?? {}),
    metadata: asJsonObject(toml.metadata),
    model: {
      name: toml.model?.name ?? null,
      fallback: toml.model?.fallback ?? [],
      requiresTool: toml.model?.requires_tool ?? false,
      temperature: toml.model?.temperature ?? null,
      maxOutputTokens: toml.model?.max_output_tokens ?? null,
    },
    limits: buildLimits(toml.limits ?? {}),
    triggers: { events },
    network: { allow: toml.network?.allow ?? null },
    mcp: buildMcp(toml.mcp ?? {}),
    secrets: toml.secrets?.names ?? [],
    sandbox: buildSandbox(toml.sandbox),
    git: { repositories: toml.git?.repositories ?? [] },
    extra: collectFurtherKeys(toml),
    handDir,
    systemPromptPath: null,
    scriptPath: null,
    skillPaths: [],
    skills: [],
    toolPaths: [],
    projectToolsDir: null,
  };
}

function chooseTrigger(hasSchedule: boolean, hasEvents: boolean): TriggerType {
  if (hasSchedule) return "schedule";
  return hasEvents ? "event" : "manual";
}

type ToolsToml = NonNullable<HandToml["tools"]>;

function buildTools(tools: ToolsToml["required"], optional: boolean): ToolRequirement[] {
  return (tools ?? []).map((tool) =>
    typeof tool === "string"
      ? { name: tool, version: null, optional }
      : { name: tool.name, version: tool.version ?? null, optional },
  );
}

function buildGates(gates: NonNullable<HandToml["approval_gates"]>): ApprovalGate[] {
  return Object.entries(gates).map(([key, gate]) => ({
    key,
    action: gate.action ?? key,
    description: gate.description ?? key,
    tools: gate.tools ?? [],
    when: gate.when ?? null,
    autoApproveAfter: gate.auto_approve_after ?? null,
    expiresAfter: gate.expires_after ?? null,
  }));
}

function buildOutput(output: NonNullable<HandToml["output"]>): OutputConfig {
  const { channel = [] } = output;
  return {
    dashboard: output.dashboard ?? true,
    channel: typeof channel === "string" ? [channel] : channel,
    format: output.format ?? "markdown",
    fileDrop: output.file_drop ?? null,
    schema: isPlainObject(output.schema) ? asJsonObject(output.schema) : null,
    schemaPath: typeof output.schema === "string" ? output.schema : null,
  };
}

function buildLimits(limits: NonNullable<HandToml["limits"]>): LimitsConfig {
  return {
    timeoutMs: limits.timeout === undefined ? DEFAULT_LIMITS.timeoutMs : parseDuration(limits.timeout),
    maxSteps: limits.max_steps ?? DEFAULT_LIMITS.maxSteps,
    maxTokens: limits.max_tokens ?? DEFAULT_LIMITS.maxTokens,
    maxCostUsd: limits.max_cost_usd ?? DEFAULT_LIMITS.maxCostUsd,
    maxCostUsdPerDay: limits.max_cost_usd_per_day ?? DEFAULT_LIMITS.maxCostUsdPerDay,
    retries: limits.retries ?? DEFAULT_LIMITS.retries,
    maxWaiting: limits.max_waiting ?? DEFAULT_LIMITS.maxWaiting,
    maxRequestsPerDay: limits.max_requests_per_day ?? DEFAULT_LIMITS.maxRequestsPerDay,
  };
}

function buildMcp(servers: NonNullable<HandToml["mcp"]>): Record<string, McpServerConfig> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [
      name,
      {
        command: server.command ?? null,
        url: server.url ?? null,
        environment: buildMcpValues(server.env ?? {}),
        headers: buildMcpValues(server.headers ?? {}),
        cwd: server.cwd ?? null,
        connectTimeoutMs: readDuration(server.connect_timeout) ?? DEFAULT_MCP_TIMEOUTS.connectTimeoutMs,
        callTimeoutMs: readDuration(server.timeout) ?? DEFAULT_MCP_TIMEOUTS.callTimeoutMs,
      },
    ]),
  );
}

function buildMcpValues(
  values: Readonly<
    Record<string, string | { readonly secret: string; readonly prefix?: string | undefined }>
  >,
): Record<string, McpValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" ? value : { secret: value.secret, prefix: value.prefix ?? "" },
    ]),
  );
}

function readDuration(written: string | number | undefined): number | undefined {
  return written === undefined ? undefined : parseDuration(written);
}

function buildSandbox(sandbox: HandToml["sandbox"]): HandConfig["sandbox"] {
  const { enabled = false, network = false, read = [], memory_mb, processes } = sandbox ?? {};
  return { enabled, network, read, memoryMb: memory_mb ?? null, processes: processes ?? null };
}

function asJsonObject(value: unknown): JsonObject {
  const json: JsonValue = toJsonValue(value ?? {});
  return isPlainObject(json) ? (json as JsonObject) : {};
}

import { z } from "zod";
import type { JsonObject } from "../core/index.ts";
import { HandsError, isPlainObject } from "../core/index.ts";
import { CATCH_UP_POLICIES, OVERLAP_POLICIES } from "../schedule/index.ts";
import { DEFAULT_LIMITS, DEFAULT_MCP_TIMEOUTS } from "./build-config.ts";
import { DIALECTS } from "./dialects/recognise-dialect.ts";
import type { HandConfig } from "./types.ts";
import { METRIC_FORMATS, OUTPUT_FORMATS, SETTING_TYPES, TRIGGER_TYPES } from "./types.ts";

const texts = z.array(z.string()).readonly();
const nullableText = z.string().nullable();
const nullableNumber = z.number().nullable();
/** Left as it is: a copy could lose members that JavaScript treats specially. */
const jsonObject = z.custom<JsonObject>(isPlainObject, { error: "expected an object" });

const schedule = z
  .object({
    cron: z.string().exactOptional(),
    interval: z.number().exactOptional(),
    at: z.string().exactOptional(),
    timezone: z.string().exactOptional(),
    jitterMs: z.number().exactOptional(),
    overlap: z.enum(OVERLAP_POLICIES).exactOptional(),
    catchUp: z.enum(CATCH_UP_POLICIES).exactOptional(),
    graceMs: z.number().exactOptional(),
    start: z.string().exactOptional(),
    end: z.string().exactOptional(),
  })
  .readonly();

const tool = z.object({ name: z.string(), version: nullableText, optional: z.boolean() }).readonly();

const gate = z
  .object({
    key: z.string(),
    action: z.string(),
    description: z.string(),
    tools: texts,
    when: nullableText,
    autoApproveAfter: nullableNumber,
    expiresAfter: nullableNumber,
  })
  .readonly();

const skill = z
  .object({
    name: z.string(),
    description: nullableText,
    path: z.string(),
    kind: z.enum(["file", "package"]),
  })
  .readonly();

const limits = z
  .object({
    timeoutMs: z.number(),
    maxSteps: z.number(),
    maxTokens: nullableNumber,
    maxCostUsd: nullableNumber,
    maxCostUsdPerDay: nullableNumber,
    retries: z.number(),
    maxWaiting: z.number(),
    maxRequestsPerDay: z.number().default(DEFAULT_LIMITS.maxRequestsPerDay),
  })
  .readonly();

const mcpValue = z.union([z.string(), z.object({ secret: z.string(), prefix: z.string() }).readonly()]);

const mcpServer = z
  .object({
    command: texts.nullable(),
    url: nullableText,
    environment: z.record(z.string(), mcpValue).readonly(),
    headers: z.record(z.string(), mcpValue).readonly().default({}),
    cwd: nullableText.default(null),
    connectTimeoutMs: z.number().default(DEFAULT_MCP_TIMEOUTS.connectTimeoutMs),
    callTimeoutMs: z.number().default(DEFAULT_MCP_TIMEOUTS.callTimeoutMs),
  })
  .readonly();

const setting = z
  .object({
    key: z.string(),
    label: z.string(),
    description: nullableText,
    type: z.enum(SETTING_TYPES),
    options: z
      .array(
        z
          .object({ value: z.string(), label: z.string(), env: nullableText, binary: nullableText })
          .readonly(),
      )
      .readonly(),
    env: nullableText,
  })
  .readonly();

const requirement = z
  .object({
    label: z.string(),
    description: nullableText,
    binary: nullableText,
    env: texts,
    optional: z.boolean(),
    install: z.record(z.string(), z.union([z.string(), texts])).readonly(),
  })
  .readonly();

const metric = z
  .object({ label: z.string(), memoryKey: z.string(), format: z.enum(METRIC_FORMATS) })
  .readonly();

/** Parts that a config of an earlier version may lack have a default that neither grants nor gates anything new. */
const handConfigSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    schedule: schedule.nullable(),
    trigger: z.enum(TRIGGER_TYPES),
    enabled: z.boolean(),
    version: z.string(),
    author: nullableText,
    dialect: z.enum(DIALECTS).default("native"),
    title: nullableText.default(null),
    category: nullableText.default(null),
    icon: nullableText.default(null),
    toolsRequired: z.array(tool).readonly(),
    toolsOptional: z.array(tool).readonly(),
    toolsUnattended: texts.default([]),
    approvalGates: z.array(gate).readonly(),
    output: z
      .object({
        dashboard: z.boolean(),
        channel: texts,
        format: z.enum(OUTPUT_FORMATS),
        fileDrop: nullableText,
        schema: jsonObject.nullable().default(null),
        schemaPath: z.string().nullable().default(null),
      })
      .readonly(),
    parameters: jsonObject,
    settings: z.array(setting).readonly().default([]),
    requires: z.array(requirement).readonly().default([]),
    prompt: z
      .object({ parametersHeading: nullableText, knowledgeHeading: nullableText })
      .readonly()
      .default({ parametersHeading: null, knowledgeHeading: null }),
    dashboard: z
      .object({ metrics: z.array(metric).readonly() })
      .readonly()
      .default({ metrics: [] }),
    metadata: jsonObject.default({}),
    model: z
      .object({
        name: nullableText,
        fallback: texts.default([]),
        requiresTool: z.boolean().default(false),
        temperature: nullableNumber,
        maxOutputTokens: nullableNumber,
      })
      .readonly(),
    limits: limits.default(DEFAULT_LIMITS),
    triggers: z.object({ events: texts }).readonly(),
    network: z.object({ allow: texts.nullable() }).readonly(),
    mcp: z.record(z.string(), mcpServer).readonly(),
    secrets: texts.default([]),
    sandbox: z
      .object({
        enabled: z.boolean(),
        network: z.boolean().default(false),
        read: texts.default([]),
        memoryMb: nullableNumber.default(null),
        processes: nullableNumber.default(null),
      })
      .readonly(),
    git: z.object({ repositories: texts }).readonly().default({ repositories: [] }),
    extra: jsonObject,
    handDir: z.string(),
    systemPromptPath: nullableText,
    scriptPath: nullableText,
    skillPaths: texts,
    skills: z.array(skill).readonly(),
    toolPaths: texts,
    projectToolsDir: nullableText.default(null),
  })
  .readonly() satisfies z.ZodType<HandConfig>;

/**
 * The config that `handConfigToJson` wrote.
 *
 * Throws: `store_failed` when it is not such a value; `details.path` says where.
 */
export function handConfigFromJson(json: unknown): HandConfig {
  const result = handConfigSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  throw new HandsError(
    "store_failed",
    `The stored config of a hand cannot be read: \`${path}\` ${issue?.message ?? ""}`,
    {
      hint: "Load the hands folder again: the manifest on disk is the truth.",
      details: { path },
    },
  );
}

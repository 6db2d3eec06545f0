import type { JsonObject } from "../core/index.ts";
import type { ScheduleConfig } from "../schedule/index.ts";
import type { Dialect } from "./dialects/recognise-dialect.ts";

/** Why a hand may run. */
export const TRIGGER_TYPES = ["schedule", "manual", "event", "webhook"] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

/** The forms of a hand's output. */
export const OUTPUT_FORMATS = ["markdown", "json", "html"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** How a parameter is filled in. */
export const SETTING_TYPES = ["select", "text", "toggle", "number", "multiselect", "secret"] as const;
export type SettingType = (typeof SETTING_TYPES)[number];

/** How a figure of the hand's page is shown. */
export const METRIC_FORMATS = [
  "number",
  "text",
  "percentage",
  "duration",
  "bytes",
  "date",
  "currency",
] as const;
export type MetricFormat = (typeof METRIC_FORMATS)[number];

/** One choice of a select. */
export interface SettingOption {
  readonly value: string;
  readonly label: string;
  /** A variable that this choice needs. */
  readonly env: string | null;
  /** A program that this choice needs. */
  readonly binary: string | null;
}

/** The form of one parameter, or of a secret. */
export interface SettingForm {
  /** The parameter's key. */
  readonly key: string;
  readonly label: string;
  readonly description: string | null;
  readonly type: SettingType;
  readonly options: readonly SettingOption[];
  /** The name of the secret; null for everything else. */
  readonly env: string | null;
}

/** What the machine must have: a program on PATH, or one of some variables. */
export interface Requirement {
  readonly label: string;
  readonly description: string | null;
  readonly binary: string | null;
  /** One of them is enough. Empty where a program is required. */
  readonly env: readonly string[];
  readonly optional: boolean;
  /** How to get it, by system. Shown, never executed. */
  readonly install: Readonly<Record<string, string | readonly string[]>>;
}

/** A value of the hand's memory that its page shows. */
export interface DashboardMetric {
  readonly label: string;
  readonly memoryKey: string;
  readonly format: MetricFormat;
}

/** How the prompt is put together; null is the runtime's own way. */
export interface PromptConfig {
  readonly parametersHeading: string | null;
  readonly knowledgeHeading: string | null;
}

/** A tool that a hand names. */
export interface ToolRequirement {
  readonly name: string;
  readonly version: string | null;
  /** A missing required tool breaks the hand; a missing optional one is left out. */
  readonly optional: boolean;
}

/** A rule that an action needs approval. */
export interface ApprovalGate {
  /** The gate's name in `[approval_gates]`: two gates may share an action, never a key. */
  readonly key: string;
  /** Covers the tool of this name and tools that declare this action. Default: the key. */
  readonly action: string;
  readonly description: string;
  /** Globs of tool names that the gate covers as well. */
  readonly tools: readonly string[];
  /** A CEL condition over `args` and `parameters`; the gate covers a call unless it is exactly false. */
  readonly when: string | null;
  /** Seconds without a decision after which the runtime approves; 0 is at once, null never. */
  readonly autoApproveAfter: number | null;
  /** Seconds after which an unanswered request is a "no"; null is the default of the runtime. */
  readonly expiresAfter: number | null;
}

/** Where a hand's output goes, and in which form. */
export interface OutputConfig {
  readonly dashboard: boolean;
  /** Names of channels. */
  readonly channel: readonly string[];
  readonly format: OutputFormat;
  /** A folder for output files, relative to the project. */
  readonly fileDrop: string | null;
  /** The JSON Schema that an output of the format `json` has to fit; null for any. */
  readonly schema: JsonObject | null;
  /** The file of the hand's folder that it stands in; null where it is written in the manifest. */
  readonly schemaPath: string | null;
}

/** The bounds of one execution. */
export interface LimitsConfig {
  /** Time under a lease, in milliseconds. Default: 10 minutes. */
  readonly timeoutMs: number;
  /** Model replies of one execution. Default: 50. */
  readonly maxSteps: number;
  /** Input and output tokens together. */
  readonly maxTokens: number | null;
  readonly maxCostUsd: number | null;
  readonly maxCostUsdPerDay: number | null;
  /** New executions after a failure before which no side effect began. Default: 0. */
  readonly retries: number;
  /** Executions of the hand that may wait for humans at once. Default: 3. */
  readonly maxWaiting: number;
  /** Requests for decisions in 24 hours, beyond which the hand is paused. Default: 20. */
  readonly maxRequestsPerDay: number;
}

/** The hand's own choice of model. */
export interface ModelConfig {
  /** `provider/model`; null is the project's default. */
  readonly name: string | null;
  /** `provider/model` of those that are asked, in order, where it does not answer. */
  readonly fallback: readonly string[];
  /** Is an answer that no tool was called for a mistake? Default: false. */
  readonly requiresTool: boolean;
  readonly temperature: number | null;
  /** Tokens of one reply. */
  readonly maxOutputTokens: number | null;
}

/** A variable or header of an MCP server: written out, or the name of a secret that it is made of. */
export type McpValue = string | { readonly secret: string; readonly prefix: string };

/** One MCP server: a command that speaks over stdio, or an address. */
export interface McpServerConfig {
  readonly command: readonly string[] | null;
  readonly url: string | null;
  /** Variables the child gets besides HOME, PATH, SHELL and TERM. */
  readonly environment: Readonly<Record<string, McpValue>>;
  /** Headers of each request to `url`. */
  readonly headers: Readonly<Record<string, McpValue>>;
  /** Where the command runs, relative to the hand's folder; null is the workspace. */
  readonly cwd: string | null;
  /** Time until it must have said what it offers, in milliseconds. Default: 1 minute. */
  readonly connectTimeoutMs: number;
  /** Time of one call, in milliseconds. Default: 2 minutes. */
  readonly callTimeoutMs: number;
}

/** Confinement of a hand's own code and of the programs that its tools start. */
export interface SandboxConfig {
  /** Default: false. */
  readonly enabled: boolean;
  /** Do they have the machine's network? Default: false. */
  readonly network: boolean;
  /** Absolute paths that they can read besides the system's. */
  readonly read: readonly string[];
  /** Memory that each may address. */
  readonly memoryMb: number | null;
  /** Processes and threads at once. */
  readonly processes: number | null;
}

/** Domain knowledge of a hand. */
export interface Skill {
  readonly name: string;
  /** Null for a plain file, whose whole text is always in the prompt. */
  readonly description: string | null;
  /** Relative to the hand's folder. */
  readonly path: string;
  /** `file`: `skills/*.md`, always in the prompt. `package`: `skills/<name>/SKILL.md`, read on demand. */
  readonly kind: "file" | "package";
}

/** A validated `HAND.toml`: what the words of the manifest came to, with every default filled in. */
export interface HandConfig {
  readonly name: string;
  readonly description: string;
  readonly schedule: ScheduleConfig | null;
  readonly trigger: TriggerType;
  readonly enabled: boolean;
  readonly version: string;
  readonly author: string | null;
  /** The format that the manifest is written in. */
  readonly dialect: Dialect;
  readonly title: string | null;
  readonly category: string | null;
  readonly icon: string | null;
  readonly toolsRequired: readonly ToolRequirement[];
  readonly toolsOptional: readonly ToolRequirement[];
  /** Names or globs of side-effecting tools that may run with no gate. */
  readonly toolsUnattended: readonly string[];
  readonly approvalGates: readonly ApprovalGate[];
  readonly output: OutputConfig;
  readonly parameters: JsonObject;
  /** Forms of parameters, and of the secrets that the hand is given. */
  readonly settings: readonly SettingForm[];
  readonly requires: readonly Requirement[];
  readonly prompt: PromptConfig;
  readonly dashboard: { readonly metrics: readonly DashboardMetric[] };
  /** Facts for people. */
  readonly metadata: JsonObject;
  readonly model: ModelConfig;
  readonly limits: LimitsConfig;
  readonly triggers: { readonly events: readonly string[] };
  /** Hosts the hand's tools may reach; null is any public host. */
  readonly network: { readonly allow: readonly string[] | null };
  readonly mcp: Readonly<Record<string, McpServerConfig>>;
  /** Names of secrets that the hand's tools are given. */
  readonly secrets: readonly string[];
  readonly sandbox: SandboxConfig;
  /** Folders that its git tools work with, as they are written: relative to the project. */
  readonly git: { readonly repositories: readonly string[] };
  /**
   * Everything the format does not have, where it was written: `extra.hand.category` for a further key of `[hand]`,
   * `extra.persona` for a further table.
   */
  readonly extra: JsonObject;
  /** Absolute path of the folder. */
  readonly handDir: string;
  /** Absolute path of the file that has the system prompt: `SYSTEM.md`, or a manifest of another format. Or null. */
  readonly systemPromptPath: string | null;
  /** Absolute path of `hand.ts`, or null for a model brain. */
  readonly scriptPath: string | null;
  /** Absolute paths of the skills, in the order they are read. */
  readonly skillPaths: readonly string[];
  readonly skills: readonly Skill[];
  /** Absolute paths of `tools/*.ts`, sorted, and then of the project's tools that it names. */
  readonly toolPaths: readonly string[];
  /** Absolute path of the folder of the project's tools; null where the hand uses none of them. */
  readonly projectToolsDir: string | null;
}

/** How bad a diagnostic is: an error keeps the hand from running, a warning does not. */
export type Severity = "error" | "warning";

/** One problem of a manifest, at its place. Lines and columns count from 1. */
export interface Diagnostic {
  readonly severity: Severity;
  /** A short, stable name, as in `unknown_key`. */
  readonly code: string;
  readonly message: string;
  /** Path of the file as it was given. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** What to do about it. */
  readonly hint: string | null;
  /** The text of the line, for the caret. */
  readonly source: string | null;
}

/** A problem before its place is looked up: `path` leads to the key or value in the TOML document. */
export interface ManifestProblem {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly path: readonly (string | number)[];
  /** Whether the caret stands under the key or under the value. */
  readonly at: "key" | "value";
  readonly hint: string | null;
}

import type { OperatorPolicy } from "../approvals/index.ts";
import type { ChannelSet } from "../channels/index.ts";
import type { HandCodeHost } from "../code/index.ts";
import type { Clock, JsonObject, JsonValue, Logger, Redactor } from "../core/index.ts";
import type { HandConfig, Requirement } from "../manifest/index.ts";
import type { ModelProvider } from "../models/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import type { HandLookup } from "../registry/index.ts";
import type { Store, StoreTransaction } from "../store/index.ts";
import type { CallableTool, DatabaseHealth, McpHost, McpServerDefinition, Sandbox } from "../tools/index.ts";
import type { ProjectLimits } from "./budgets.ts";

export type { HandLookup };

/** The part of the registry that a runner needs. */
export interface HandDirectory {
  /** What is known of a hand now; asks the store's index where this process has not loaded it. */
  lookUp(name: string): Promise<HandLookup>;
}

/** Everything a runner works with. */
export interface RunnerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queue: WorkQueue;
  readonly hands: HandDirectory;
  /** The program's own tools. */
  readonly tools: readonly CallableTool[];
  readonly mcp: McpHost;
  /** The project's MCP servers, by name, for hands that name their tools. */
  readonly mcpServers: Readonly<Record<string, McpServerDefinition>>;
  readonly models: ModelProvider;
  readonly code: HandCodeHost;
  readonly channels: ChannelSet;
  readonly policy: OperatorPolicy;
  readonly redactor: Redactor;
  /** Where workspaces and unpacked versions are: absolute. */
  readonly dataDir: string;
  /** What `file_drop` is relative to: absolute. */
  readonly projectDir: string;
  /** The secrets of these names; a name that has no value is left out. */
  readonly readSecrets: (names: readonly string[]) => Readonly<Record<string, string>>;
  /** What a hand requires and this machine lacks. */
  readonly findMissing: (
    hand: Pick<HandConfig, "requires" | "settings" | "parameters">,
  ) => readonly Requirement[];
  readonly checkDatabase: () => Promise<DatabaseHealth>;
  readonly sandbox: Sandbox;
  /** When the delay of an automatic approval begins: with a channel that asks people, once it has. Default: `starts_now`. */
  readonly autoApproveClock?: "starts_now" | "starts_on_delivery";
  /** Names this process in leases and records; unique to each start. */
  readonly nodeId: string;
  /** Executions at once in this process. */
  readonly maxConcurrent: number;
  /** What all hands together may cost. */
  readonly limits: ProjectLimits;
  /** Executions of one hand at once where its overlap policy is `skip` or `queue`. */
  readonly maxInstances: number;
  /** False: deliveries are planned and stay in the record, and nothing is sent. Default: true. */
  readonly deliversOutput?: boolean;
}

/** What somebody asks for when a hand is to run. */
export interface StartRequest {
  readonly handName: string;
  readonly trigger: "schedule" | "manual" | "event" | "webhook";
  readonly scheduledFor?: number | null;
  readonly input?: JsonValue;
  readonly parameters?: JsonObject | null;
  readonly eventId?: string | null;
  readonly chain?: readonly string[];
  readonly retryOf?: string | null;
  readonly notBefore?: number | null;
  /** Its input comes from outside. Default: true for a webhook, false for everything else. */
  readonly isUntrusted?: boolean;
}

/** Starts an execution inside a transaction, which awaits only its own queries. Gives its id, or null where its fire or event has a row already. */
export type StartInTransaction = (
  transaction: StoreTransaction,
  request: StartRequest,
) => Promise<string | null>;

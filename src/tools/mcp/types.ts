import type { CallableTool } from "../types.ts";

/** How a server is spoken to, with every placeholder and secret filled in. */
export type McpTransportSettings =
  | {
      readonly kind: "stdio";
      /** The program and its arguments. */
      readonly command: readonly string[];
      /** What the child gets besides HOME, PATH, SHELL and TERM. */
      readonly environment: Readonly<Record<string, string>>;
      /** Absolute. */
      readonly cwd: string;
      /** The one folder that the server is told it may work in: absolute. */
      readonly root: string;
    }
  | {
      readonly kind: "http";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** The hand's network policy, where it is the hand that names the address; null for an operator's own. */
      readonly network: { readonly allow: readonly string[] | null } | null;
    };

/** An MCP server as a project defines it, its secrets read, its placeholders not yet filled in. */
export interface McpServerDefinition {
  readonly command: readonly string[] | null;
  readonly url: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** What of these is secret. */
  readonly secretValues: readonly string[];
  /** Absolute; null is the workspace of the hand that uses it. */
  readonly cwd: string | null;
  readonly isTrusted: boolean;
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
}

/** One MCP server, as a version of a hand uses it. Two with equal settings and owner are one process. */
export interface McpServerSettings {
  /** What its tools' names begin with: `name.tool`. */
  readonly name: string;
  readonly handName: string;
  readonly versionHash: string;
  readonly transport: McpTransportSettings;
  /** Does the operator believe what the server says of its tools' effects? */
  readonly isTrusted: boolean;
  /** Milliseconds until it must have said what it offers. */
  readonly connectTimeoutMs: number;
  /** Milliseconds of one call. */
  readonly callTimeoutMs: number;
}

/** An execution's hold on a server: while it lasts, the server is not stopped for idleness. */
export interface McpServerUse {
  readonly name: string;
  /** Does it know only some of what the server offers, as a recording does? Default: false. */
  readonly isPartial?: boolean;
  /**
   * What the server offers now: starts it where it does not run, else asks it again.
   *
   * Throws: `mcp_failed`, with its command and its last words; the signal's reason.
   */
  listTools(signal: AbortSignal): Promise<readonly CallableTool[]>;
  /** Calls back with all of its tools whenever they are others than before. */
  onChange(listener: (tools: readonly CallableTool[]) => void): void;
  release(): void;
}

/** A server that runs in this process, and what it offers. */
export interface RunningMcpServer {
  readonly name: string;
  readonly tools: readonly CallableTool[];
}

/** The MCP servers of one process: started when an execution first needs them, kept warm, stopped when idle. */
export interface McpHost {
  use(settings: McpServerSettings): McpServerUse;
  /** What runs for a hand now. Starts nothing. */
  listRunning(handName: string): readonly RunningMcpServer[];
  /** Ends every server and its children. Any number of calls. */
  stop(): Promise<void>;
}

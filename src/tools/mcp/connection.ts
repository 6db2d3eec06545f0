import { pathToFileURL } from "node:url";
import type { FetchLike, Tool } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/client";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/client/validators/cf-worker";
import type { Clock, Environment, JsonObject, JsonValue, Logger } from "../../core/index.ts";
import { abortable, describeError, HandsError } from "../../core/index.ts";
import type { ToolDescriptor } from "../types.ts";
import { explainCallError, isSessionLost } from "./call-errors.ts";
import { ChildTransport } from "./child-transport.ts";
import { describeTool } from "./describe-tool.ts";
import { HttpTransport } from "./http-transport.ts";
import { readResult } from "./read-result.ts";
import { StderrTail } from "./stderr-tail.ts";
import type { McpServerSettings } from "./types.ts";

/** What a connection takes from the process. */
export interface ConnectionParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly environment: Environment;
  readonly programVersion: string;
  readonly fetch: FetchLike;
  readonly redact: (text: string) => string;
}

/** What a call came to, where it did not fail. A server that has forgotten the session did nothing. */
export type CallOutcome =
  | { readonly kind: "answered"; readonly value: JsonValue }
  | { readonly kind: "session_lost" };

/** Of the parent's environment a child gets these and no more. */
const INHERITED = ["HOME", "PATH", "SHELL", "TERM"] as const;
/** The library's own timeouts are not used: time is our clock's. */
const NO_TIMEOUT_MS = 2_147_483_647;
const MAX_TOOLS = 1000;
const MAX_NOISES = 5;

/** One life of one server: from its start to its end. A dead one stays dead; its successor is another object. */
export class McpConnection {
  readonly #settings: McpServerSettings;
  readonly #parts: ConnectionParts;
  readonly #client: Client;
  readonly #transport: ChildTransport | HttpTransport;
  readonly #stderr: StderrTail;
  readonly #noises: string[] = [];
  readonly #onChange: () => void;
  readonly #onEnd: () => void;
  #tools: ReadonlyMap<string, ToolDescriptor> = new Map();
  #refreshing: Promise<void> | undefined;
  #isStale = false;
  #isOpen = false;

  constructor(
    settings: McpServerSettings,
    parts: ConnectionParts,
    listeners: { readonly onChange: () => void; readonly onEnd: () => void },
  ) {
    const { transport, name, handName } = settings;
    this.#settings = settings;
    this.#parts = parts;
    this.#onChange = listeners.onChange;
    this.#onEnd = listeners.onEnd;
    this.#stderr = new StderrTail(parts.logger, parts.redact, { hand: handName, server: name });
    this.#transport =
      transport.kind === "http"
        ? new HttpTransport(transport, parts.fetch)
        : new ChildTransport(transport, {
            environment: createChildEnvironment(parts.environment, transport.environment, handName),
            stderr: this.#stderr,
            clock: parts.clock,
          });
    this.#client = new Client(
      { name: "hands", version: parts.programVersion },
      {
        capabilities: transport.kind === "stdio" ? { roots: {} } : {},
        // Never asked: its default would compile what a server sends to code.
        jsonSchemaValidator: new CfWorkerJsonSchemaValidator(),
      },
    );
    if (transport.kind === "stdio") {
      const roots = [{ uri: pathToFileURL(transport.root).href, name: "workspace" }];
      this.#client.setRequestHandler("roots/list", () => ({ roots }));
    }
    this.#client.setNotificationHandler("notifications/tools/list_changed", () => this.#noteChange());
    this.#client.onerror = (error) => this.#noteNoise(error);
    this.#client.onclose = () => {
      const wasOpen = this.#isOpen;
      this.#isOpen = false;
      if (wasOpen) this.#onEnd();
    };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the server offers, by full name, as far as it has said. */
  get tools(): ReadonlyMap<string, ToolDescriptor> {
    return this.#tools;
  }

  /** Starts the server and asks for its tools. Throws: `mcp_failed`, with its last words. Not to be called twice. */
  async open(): Promise<void> {
    const { connectTimeoutMs } = this.#settings;
    const deadline = new AbortController();
    const timer = this.#parts.clock.setTimer(connectTimeoutMs, () =>
      deadline.abort(new Error(`it did not answer within ${connectTimeoutMs / 1000} s`)),
    );
    try {
      const opening = this.#client.connect(this.#transport, { timeout: NO_TIMEOUT_MS });
      await abortable(opening, deadline.signal);
      this.#tools = await abortable(this.#readTools(), deadline.signal);
      this.#isOpen = true;
    } catch (error) {
      const end = this.#end;
      await this.close();
      throw this.#explainStart(error, end);
    } finally {
      timer.cancel();
    }
  }

  /** Asks for the tools again. Throws: `mcp_failed`. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  /**
   * Calls a tool. Nothing is sent where the server does not offer this very version of it any more.
   *
   * Throws: `tool_failed`, `effect_unknown`, the signal's reason.
   */
  async call(
    tool: ToolDescriptor,
    args: JsonObject,
    call: { readonly signal: AbortSignal; readonly idempotencyKey: string },
  ): Promise<CallOutcome> {
    await this.#refreshing?.catch(() => {});
    if (this.#tools.get(tool.name)?.version !== tool.version) throw hasChanged(tool.name);
    call.signal.throwIfAborted();
    try {
      const result = await this.#client.request(
        {
          method: "tools/call",
          params: {
            name: tool.name.slice(this.#settings.name.length + 1),
            arguments: args,
            _meta: { "hands/idempotencyKey": call.idempotencyKey },
          },
        },
        { signal: call.signal, timeout: NO_TIMEOUT_MS },
      );
      return { kind: "answered", value: readResult(result) };
    } catch (error) {
      if (call.signal.aborted) throw call.signal.reason;
      if (isSessionLost(error)) return { kind: "session_lost" };
      throw explainCallError(tool, error, this.#end);
    }
  }

  /** Ends the server, its children with it. */
  async close(): Promise<void> {
    this.#isOpen = false;
    if (this.#transport instanceof HttpTransport) {
      await this.#transport.terminateSession().catch(() => {});
    }
    // The client forgets a transport whose start failed: both are closed.
    await this.#client.close().catch(() => {});
    await this.#transport.close();
  }

  /** How its process ended; undefined while it runs and for one that is reached by HTTP. */
  get #end(): string | undefined {
    return this.#transport instanceof ChildTransport ? this.#transport.end : undefined;
  }

  #noteChange(): void {
    this.refresh().catch((error: unknown) => {
      this.#parts.logger.warn("The changed tools of an MCP server cannot be read.", {
        server: this.#settings.name,
        error: this.#parts.redact(describeError(error)),
      });
    });
  }

  /** What changed while it was asked is asked again. */
  async #refresh(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const deadline = new AbortController();
      const timer = this.#parts.clock.setTimer(this.#settings.connectTimeoutMs, () =>
        deadline.abort(new Error("it did not say in time which tools it has")),
      );
      try {
        const before = this.#tools;
        this.#tools = await abortable(this.#readTools(), deadline.signal);
        if (!areEqual(before, this.#tools)) this.#onChange();
      } catch (error) {
        throw this.#explainStart(error, this.#end);
      } finally {
        timer.cancel();
      }
    }
  }

  async #readTools(): Promise<ReadonlyMap<string, ToolDescriptor>> {
    if (this.#client.getServerCapabilities()?.tools === undefined) return new Map();
    const { tools } = await this.#client.listTools(undefined, {
      timeout: NO_TIMEOUT_MS,
      cacheMode: "refresh",
    });
    return this.#describeAll(tools);
  }

  #describeAll(tools: readonly Tool[]): ReadonlyMap<string, ToolDescriptor> {
    const { name, handName: hand } = this.#settings;
    const described = new Map<string, ToolDescriptor>();
    const problems: string[] = [];
    for (const tool of tools.slice(0, MAX_TOOLS)) {
      const result = describeTool(this.#settings, tool);
      if (!result.ok) problems.push(result.problem);
      else if (described.has(result.descriptor.name)) problems.push(`two tools are called ${tool.name}`);
      else described.set(result.descriptor.name, result.descriptor);
    }
    if (tools.length > MAX_TOOLS) problems.push(`of ${tools.length} tools only ${MAX_TOOLS} are read`);
    if (problems.length > 0) {
      this.#parts.logger.warn("Some tools of an MCP server are left out.", { hand, server: name, problems });
    }
    return described;
  }

  #noteNoise(error: Error): void {
    if (this.#noises.length >= MAX_NOISES) return;
    this.#noises.push(error.message);
    const { name: server, handName: hand } = this.#settings;
    this.#parts.logger.debug("MCP", { hand, server, error: this.#parts.redact(error.message) });
  }

  #explainStart(error: unknown, end: string | undefined): HandsError {
    const { name, transport } = this.#settings;
    const place =
      transport.kind === "http" ? transport.url : `\`${transport.command.join(" ")}\` in ${transport.cwd}`;
    const why = end === undefined ? describeError(error) : `it ${end}`;
    const noise = this.#noises.find((text) => text !== describeError(error));
    const words = [this.#stderr.text, noise ?? ""].filter((text) => text !== "").join("\n");
    const message = `the MCP server ${name} (${place}) cannot be used: ${why}${words === "" ? "" : `. Its last words: ${words}`}`;
    return new HandsError("mcp_failed", this.#parts.redact(message), {
      hint:
        transport.kind === "http"
          ? "Check its address and headers, and that it runs."
          : "Run its command by hand to see what it says.",
      details: { server: name },
      cause: error,
    });
  }
}

function hasChanged(name: string): HandsError {
  return new HandsError("tool_failed", `${name} was not called: the server changed it meanwhile`, {
    hint: "Call it again; it is judged as it is now.",
  });
}

/** Under HANDS_EXECUTION the command line refuses to decide; no configuration takes it away. */
function createChildEnvironment(
  environment: Environment,
  given: Readonly<Record<string, string>>,
  handName: string,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(inherited), ...given, HANDS_EXECUTION: `mcp:${handName}` };
}

function areEqual(
  left: ReadonlyMap<string, ToolDescriptor>,
  right: ReadonlyMap<string, ToolDescriptor>,
): boolean {
  return (
    left.size === right.size && [...left].every(([name, tool]) => right.get(name)?.version === tool.version)
  );
}

import type { ClockTimer, JsonObject, JsonValue } from "../../core/index.ts";
import { abortable, HandsError } from "../../core/index.ts";
import type { CallableTool, ToolContext, ToolDescriptor } from "../types.ts";
import { checkArguments } from "./check-arguments.ts";
import type { CallOutcome, ConnectionParts, McpConnection } from "./connection.ts";
import type { McpServerSettings, McpServerUse } from "./types.ts";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** One server with all its lives: started when needed, restarted when dead, with a growing delay, and ended when nobody uses it. */
export class McpServer {
  readonly settings: McpServerSettings;
  readonly #parts: ConnectionParts;
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  readonly #listeners = new Set<(tools: readonly CallableTool[]) => void>();
  #connection: McpConnection | undefined;
  #opening: Promise<McpConnection> | undefined;
  /** Ends and failed starts since the last call that succeeded. */
  #failures = 0;
  #mayStartAtMs = 0;
  #lives = 0;
  #users = 0;
  #callsUnderWay = 0;
  #idle: ClockTimer | undefined;
  #isStopped = false;

  constructor(
    settings: McpServerSettings,
    parts: ConnectionParts,
    idle: { readonly afterMs: number; readonly onIdle: () => void },
  ) {
    this.settings = settings;
    this.#parts = parts;
    this.#idleMs = idle.afterMs;
    this.#onIdle = idle.onIdle;
  }

  get isRunning(): boolean {
    return this.#connection?.isOpen === true;
  }

  /** What it offers, as far as it has said. */
  get tools(): readonly CallableTool[] {
    return [...(this.#connection?.tools.values() ?? [])].map((descriptor) => this.#toCallable(descriptor));
  }

  use(): McpServerUse {
    this.#users += 1;
    this.#idle?.cancel();
    this.#idle = undefined;
    const own = new Set<(tools: readonly CallableTool[]) => void>();
    let isReleased = false;
    return {
      name: this.settings.name,
      listTools: async (signal) => await abortable(this.#list(), signal),
      onChange: (listener) => {
        own.add(listener);
        this.#listeners.add(listener);
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        for (const listener of own) this.#listeners.delete(listener);
        this.#release();
      },
    };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#idle?.cancel();
    const opening = await this.#opening?.catch(() => undefined);
    await (opening ?? this.#connection)?.close();
  }

  async #list(): Promise<readonly CallableTool[]> {
    const wasRunning = this.isRunning;
    const connection = await this.#connect();
    if (!wasRunning) return this.tools;
    try {
      // One that was warm may have changed without a word.
      await connection.refresh();
    } catch (error) {
      // It hangs, or has forgotten us. Where a call of it is under way it may only be busy, and is let be.
      if (this.#callsUnderWay > 0) throw error;
      await this.#drop(connection);
      await this.#connect();
    }
    return this.tools;
  }

  async #drop(connection: McpConnection): Promise<void> {
    if (this.#connection === connection) this.#connection = undefined;
    await connection.close();
  }

  async #connect(): Promise<McpConnection> {
    if (this.#isStopped) throw new HandsError("stopping", "MCP servers are being stopped");
    const connection = this.#connection;
    if (connection?.isOpen) return connection;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return await this.#opening;
  }

  async #open(): Promise<McpConnection> {
    const { clock } = this.#parts;
    const delayMs = this.#mayStartAtMs - clock.monotonicMs();
    if (delayMs > 0) await clock.sleep(delayMs);
    const { McpConnection } = await import("./connection.ts");
    const connection = new McpConnection(this.settings, this.#parts, {
      onChange: () => this.#tell(),
      onEnd: () => this.#noteEnd(),
    });
    try {
      await connection.open();
    } catch (error) {
      this.#noteFailure();
      throw error;
    }
    this.#connection = connection;
    if (this.#lives > 0) this.#tell();
    this.#lives += 1;
    return connection;
  }

  #tell(): void {
    const { tools } = this;
    for (const listener of [...this.#listeners]) listener(tools);
  }

  #noteEnd(): void {
    this.#noteFailure();
    this.#parts.logger.warn("An MCP server ended by itself; it is started again when it is needed.", {
      hand: this.settings.handName,
      server: this.settings.name,
    });
  }

  /** The first start after a failure is at once; then it takes longer each time. */
  #noteFailure(): void {
    this.#failures += 1;
    if (this.#failures < 2) return;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (this.#failures - 2), LONGEST_DELAY_MS);
    this.#mayStartAtMs = this.#parts.clock.monotonicMs() + delayMs;
  }

  #release(): void {
    this.#users -= 1;
    if (this.#users > 0 || this.#isStopped) return;
    this.#idle = this.#parts.clock.setTimer(this.#idleMs, this.#onIdle);
  }

  #toCallable(descriptor: ToolDescriptor): CallableTool {
    return {
      descriptor,
      parse: (args) => checkArguments(descriptor.inputSchema, args),
      files: () => [],
      execute: (args, context) => this.#call(descriptor, args, context),
    };
  }

  async #call(tool: ToolDescriptor, args: JsonObject, context: ToolContext): Promise<JsonValue> {
    context.signal.throwIfAborted();
    this.#callsUnderWay += 1;
    try {
      const result = await this.#callOnce(tool, args, context);
      if (result.kind === "session_lost") {
        const again = await this.#callOnce(tool, args, context);
        if (again.kind === "session_lost") throw forgets(tool.name);
        return again.value;
      }
      this.#failures = 0;
      return result.value;
    } finally {
      this.#callsUnderWay -= 1;
    }
  }

  /** One try. A server that has forgotten the session did nothing: the next try is on a new connection. */
  async #callOnce(tool: ToolDescriptor, args: JsonObject, context: ToolContext): Promise<CallOutcome> {
    const connection = await abortable(this.#connect(), context.signal);
    const outcome = await connection.call(tool, args, context);
    if (outcome.kind === "session_lost") await this.#drop(connection);
    return outcome;
  }
}

function forgets(name: string): HandsError {
  return new HandsError("tool_failed", `${name} was not called: its server forgets every session at once`);
}

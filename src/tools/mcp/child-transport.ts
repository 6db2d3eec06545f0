import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { deserializeMessage, serializeMessage } from "@modelcontextprotocol/client";
import type { Clock } from "../../core/index.ts";
import { createDeferred, HandsError } from "../../core/index.ts";
import { killGroup } from "../kill-group.ts";
import { LineReader } from "./line-reader.ts";
import { MAX_MESSAGE_BYTES, replaceOversizedAnswer } from "./oversized-answer.ts";
import type { StderrTail } from "./stderr-tail.ts";
import type { McpTransportSettings } from "./types.ts";

/** How long a server has to end by itself after its stdin is closed, then after SIGTERM. */
const FAREWELL_MS = 300;
const GRACE_MS = 2000;
/** How long the pipes are read after the server has ended. */
const DRAIN_MS = 500;

type Settings = Extract<McpTransportSettings, { kind: "stdio" }>;

/**
 * Speaks to a child over its stdin and stdout, one message a line. The child leads a process group, which ends with it. Its environment
 * is what it is given and nothing else: the library's own transport would add to it.
 */
export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #settings: Settings;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #stderr: StderrTail;
  readonly #clock: Pick<Clock, "setTimer">;
  readonly #lines = new LineReader(MAX_MESSAGE_BYTES);
  readonly #exited = createDeferred();
  readonly #closed = createDeferred();
  #child: ChildProcessWithoutNullStreams | undefined;
  #end: string | undefined;
  #isClosed = false;

  constructor(
    settings: Settings,
    parts: {
      readonly environment: Readonly<Record<string, string>>;
      readonly stderr: StderrTail;
      readonly clock: Pick<Clock, "setTimer">;
    },
  ) {
    this.#settings = settings;
    this.#environment = parts.environment;
    this.#stderr = parts.stderr;
    this.#clock = parts.clock;
  }

  /** How the child ended, as in "ended with exit code 1"; undefined while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Resolves once the child runs. Rejects where it cannot be started. */
  async start(): Promise<void> {
    const [program = "", ...args] = this.#settings.command;
    const child = spawn(program, args, {
      cwd: this.#settings.cwd,
      env: this.#environment,
      detached: true,
      stdio: "pipe",
    });
    this.#child = child;
    const started = createDeferred();
    child.on("spawn", () => started.resolve());
    child.on("error", (error) => {
      started.reject(error);
      this.#finish(error.message);
    });
    child.on("exit", (exitCode, signal) => this.#onExit(child, exitCode, signal));
    child.on("close", () => this.#finish());
    child.stdin.on("error", (error) => this.onerror?.(error));
    child.stderr.on("data", (chunk: Buffer) => this.#stderr.add(chunk));
    child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    await started.promise;
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const child = this.#child;
    if (child === undefined || this.#end !== undefined || !child.stdin.writable) {
      throw new HandsError("mcp_failed", `the server ${this.#end ?? "does not run"}`);
    }
    const written = createDeferred();
    child.stdin.write(serializeMessage(message), (error) =>
      error == null ? written.resolve() : written.reject(error),
    );
    await written.promise;
  }

  /** Ends the child and its group: it is asked, then told, then killed. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || this.#isClosed) return this.#finish();
    child.stdin.end();
    const steps = [
      this.#clock.setTimer(FAREWELL_MS, () => killGroup(child, "SIGTERM")),
      this.#clock.setTimer(FAREWELL_MS + GRACE_MS, () => killGroup(child, "SIGKILL")),
    ];
    await this.#exited.promise;
    for (const step of steps) step.cancel();
    await this.#closed.promise;
  }

  #onExit(child: ChildProcessWithoutNullStreams, exitCode: number | null, signal: string | null): void {
    this.#end = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
    // What it started and left running ends with it.
    killGroup(child, "SIGKILL");
    this.#exited.resolve();
    // Whoever still holds the pipes would keep "close" from coming.
    const draining = this.#clock.setTimer(DRAIN_MS, () => {
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.on("close", () => draining.cancel());
  }

  #finish(end = "ended"): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end ??= end;
    this.#exited.resolve();
    this.#closed.resolve();
    this.onclose?.();
  }

  #read(chunk: Buffer): void {
    for (const line of this.#lines.push(chunk)) {
      const message = line.kind === "cut" ? replaceOversizedAnswer(line) : this.#parse(line.text);
      if (message !== undefined) this.onmessage?.(message);
      else if (line.kind === "cut") {
        this.onerror?.(new Error(`a message of ${line.byteLength} bytes is too large`));
        // Nobody knows which call it answers: all that are under way end as unknown.
        if (this.#child !== undefined) killGroup(this.#child, "SIGKILL");
      }
    }
  }

  /** What is no message, as a banner on stdout, is passed over and said. */
  #parse(text: string): JSONRPCMessage | undefined {
    if (text.trim() === "") return undefined;
    try {
      return deserializeMessage(text);
    } catch {
      this.onerror?.(new Error(`stdout has what is no message: ${JSON.stringify(text.slice(0, 120))}`));
      return undefined;
    }
  }
}

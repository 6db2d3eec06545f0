import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createDeferred } from "../../src/core/index.ts";
import { findChildProgram } from "../support/shared.ts";
import type { InterruptionSignal } from "./interruption.ts";
import type { ChildMessage, ParentMessage } from "./protocol.ts";

const PROGRAM = await findChildProgram("crash/crash-child");

/** Generous: what is waited for takes milliseconds on an idle machine. */
const PATIENCE_MS = 60_000;

/** What became of what a child was told to do. */
export type ChildOutcome =
  | { readonly kind: "finished" | "stopped" }
  /** Its process is dead, by that signal or with that exit code. */
  | { readonly kind: "died"; readonly how: string };

/** A process that works on cases. */
export class CrashChild {
  readonly #process: ChildProcess;
  readonly #ready: Promise<void>;
  readonly #ended: Promise<string>;
  #outcome = createDeferred<ChildOutcome>();
  #stderr = "";
  #interrupted = createDeferred<string>();
  #interruptedAt: string | null = null;

  constructor() {
    this.#process = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", PROGRAM], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    const ready = createDeferred();
    this.#ready = ready.promise;
    this.#ended = once(this.#process, "exit").then(([code, signal]) => String(signal ?? code));
    void this.#ended.then((how) => {
      const outcome = this.#outcome;
      outcome.resolve({ kind: "died", how });
      ready.resolve();
    });
    this.#process.stdin?.on("error", () => {});
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error("a child has no stdout");
    createInterface({ input: stdout }).on("line", (line) => {
      const message = JSON.parse(line) as ChildMessage;
      if (message.type === "ready") ready.resolve();
      else if (message.type === "interrupted") this.noteInterrupted(message.what);
      else this.#outcome.resolve({ kind: message.type });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Gives it work; {@link outcome} tells what became of it. */
  async start(message: ParentMessage): Promise<void> {
    await this.#ready;
    this.#outcome = createDeferred<ChildOutcome>();
    this.#interrupted = createDeferred<string>();
    this.#interruptedAt = null;
    void this.#ended.then((how) => this.#outcome.resolve({ kind: "died", how }));
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Throws, with what it wrote to stderr, when nothing came of its work in time. */
  async outcome(): Promise<ChildOutcome> {
    const outcome = await withPatience(
      this.#outcome.promise,
      () => `child ${this.pid} hangs\n${this.#stderr}`,
    );
    if (outcome.kind === "died" && outcome.how !== "SIGKILL") {
      throw new Error(`a child ended by itself (${outcome.how}):\n${this.#stderr}`);
    }
    return outcome;
  }

  /** Resolves when it was interrupted. */
  async interrupted(): Promise<void> {
    await withPatience(this.#interrupted.promise, () => `child ${this.pid} goes on\n${this.#stderr}`);
  }

  /** What it was at when it was interrupted; null where it did not say. */
  get interruptedAt(): string | null {
    return this.#interruptedAt;
  }

  noteInterrupted(what: string): void {
    this.#interruptedAt = what;
    this.#interrupted.resolve(what);
  }

  signal(signal: InterruptionSignal | "SIGCONT"): void {
    this.#process.kill(signal);
  }

  /** Ends it, whatever it does, and resolves when it is gone. */
  async end(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }
}

async function withPatience<T>(promise: Promise<T>, describe: () => string): Promise<T> {
  const late = createDeferred<never>();
  const timer = setTimeout(() => late.reject(new Error(describe())), PATIENCE_MS).unref();
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

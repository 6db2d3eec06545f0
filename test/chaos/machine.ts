import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { CuttingProxy } from "../store/cutting-proxy.ts";
import { startCuttingProxy } from "../store/cutting-proxy.ts";
import { findChildProgram } from "../support/shared.ts";
import type { ChaosChildOptions } from "./protocol.ts";
import { COULD_NOT_START } from "./protocol.ts";

const START_AGAIN_MS = 500;
const PROGRAM = await findChildProgram("chaos/chaos-child");

/** A machine that can be treated badly: its process, and its way to the database. */
export class Machine {
  readonly #options: Omit<ChaosChildOptions, "db">;
  readonly #proxy: CuttingProxy;
  #process: ChildProcess;
  #stderr = "";
  #isStopping = false;
  #fault: string | null = null;

  private constructor(options: Omit<ChaosChildOptions, "db">, proxy: CuttingProxy) {
    this.#options = options;
    this.#proxy = proxy;
    this.#process = this.#spawn();
  }

  static async start(db: string, options: Omit<ChaosChildOptions, "db">): Promise<Machine> {
    return new Machine(options, await startCuttingProxy(db));
  }

  /** The end of what it wrote to stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  /** How it ended by itself, which it never may once it has started; null where it did not. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Resolves when it works. */
  async ready(): Promise<void> {
    const { stdout } = this.#process;
    if (stdout === null) throw new Error("a machine has no stdout");
    await Promise.race([once(stdout, "data"), once(this.#process, "exit")]);
  }

  /** `kill -9`, and another process in its place. */
  async crash(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
    this.#process = this.#spawn();
  }

  freeze(): void {
    this.#process.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process.kill("SIGCONT");
  }

  /** Nothing comes to the database, nor from it. */
  cutOff(): void {
    this.#proxy.cut();
  }

  reconnect(): void {
    this.#proxy.mend();
  }

  /** Ends it gracefully; by force where that takes too long. Gives how it ended. */
  async stop(patienceMs: number): Promise<string> {
    if (this.#isStopping) return "gone";
    this.#isStopping = true;
    const how = await this.#end(patienceMs);
    await this.#proxy.close();
    return how;
  }

  async #end(patienceMs: number): Promise<string> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return "gone";
    const ended = once(this.#process, "exit");
    this.thaw();
    this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), patienceMs);
    const [code, signal] = await ended;
    clearTimeout(timer);
    return String(signal ?? code);
  }

  #startAgain(): void {
    if (!this.#isStopping) this.#process = this.#spawn();
  }

  #spawn(): ChildProcess {
    const options: ChaosChildOptions = { ...this.#options, db: this.#proxy.url };
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", PROGRAM, JSON.stringify(options)],
      {
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    child.stdin?.on("error", () => {});
    child.on("exit", (code) => {
      if (this.#isStopping || code === null) return;
      // As a supervisor would.
      if (code === COULD_NOT_START) setTimeout(() => this.#startAgain(), START_AGAIN_MS);
      else this.#fault = `ended by itself with ${code}`;
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-20_000);
    });
    return child;
  }
}

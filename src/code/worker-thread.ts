import { Worker } from "node:worker_threads";
import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { createDeferred, describeError, HandsError } from "../core/index.ts";
import type { CodeMessage, HostMessage, LoadedCode, WorkerMessage, WorkerStart } from "./messages.ts";
import { findRunningModule } from "./running-module.ts";
import { fromWireError } from "./wire-error.ts";

/** Importing a hand's code takes milliseconds; more than this is a loop or a wait at its top level. */
const LOAD_TIMEOUT_MS = 10_000;

/** Code that keeps the event loop to itself for this long after it was told to stop is ended with its thread. */
export const STOP_GRACE_MS = 5000;

/** What a thread is made with. */
export interface WorkerThreadSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly start: WorkerStart;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly onMessage: (message: CodeMessage) => void;
  /** Called once, when nothing runs any more. */
  readonly onEnd: (reason: HandsError) => void;
}

/** One worker thread, from its start to its end, whatever the cause. */
export class WorkerThread {
  readonly loaded: Promise<LoadedCode>;
  readonly #settings: WorkerThreadSettings;
  readonly #worker: Worker;
  readonly #loading = createDeferred<LoadedCode>();
  readonly #exited = createDeferred();
  #loadTimer: ClockTimer | null = null;
  #pingTimer: ClockTimer | null = null;
  #endReason: HandsError | null = null;

  constructor(settings: WorkerThreadSettings) {
    this.#settings = settings;
    this.loaded = this.#loading.promise;
    this.loaded.catch(() => {});
    const { handName } = settings.start;
    this.#worker = new Worker(findRunningModule(new URL("./worker/entry.ts", import.meta.url)), {
      name: `hand:${handName}`,
      workerData: settings.start,
      env: settings.environment,
      argv: [],
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
      stdin: false,
      // Kept from our own stdout, which is data. Nothing comes here: the worker posts what is printed. Reading these
      // streams would keep the process alive.
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (message: WorkerMessage) => this.#receive(message));
    this.#worker.on("error", (error) => this.#noteError(error));
    this.#worker.on("exit", (exitCode) => this.#finish(exitCode));
    this.#loadTimer = settings.clock.setTimer(LOAD_TIMEOUT_MS, () =>
      this.#endBecause(
        `did not finish loading within ${LOAD_TIMEOUT_MS / 1000} s`,
        "A hand's code must not wait or loop at its top level.",
      ),
    );
  }

  /** Is it on its way out? Nothing new may be asked of it then. */
  get isEnding(): boolean {
    return this.#endReason !== null;
  }

  post(message: HostMessage): void {
    this.#worker.postMessage(message);
  }

  /** Ends the thread if it does not come to read its messages within 5 s. */
  async checkAlive(): Promise<void> {
    try {
      await this.loaded;
    } catch {
      return;
    }
    if (this.isEnding || this.#pingTimer !== null) return;
    this.#pingTimer = this.#settings.clock.setTimer(STOP_GRACE_MS, () =>
      this.#endBecause(`kept its thread busy for ${STOP_GRACE_MS / 1000} s after its run was given up`),
    );
    this.post({ type: "ping" });
  }

  /** While it is not needed, the thread does not keep the process alive. */
  keepProcessAlive(isNeeded: boolean): void {
    if (isNeeded) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Ends the thread, in the middle of whatever it does. The first reason counts. */
  async end(reason: HandsError): Promise<void> {
    this.#endReason ??= reason;
    await this.#worker.terminate();
    await this.#exited.promise;
  }

  #endBecause(what: string, hint?: string): void {
    const { handName } = this.#settings.start;
    const message = `The code of the hand ${handName} ${what}: its thread was ended`;
    void this.end(new HandsError("timeout", message, hint === undefined ? {} : { hint }));
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case "loaded":
        this.#loadTimer?.cancel();
        this.#loading.resolve(message.code);
        return;
      case "unloadable":
        void this.end(fromWireError(message.error));
        return;
      case "pong":
        this.#pingTimer?.cancel();
        this.#pingTimer = null;
        return;
      default:
        this.#settings.onMessage(message);
    }
  }

  #noteError(error: unknown): void {
    const { handName } = this.#settings.start;
    const isOutOfMemory = (error as { code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY";
    const what = isOutOfMemory
      ? `used more than ${this.#settings.memoryMb} MB of memory`
      : `ended with an error that nothing caught: ${describeError(error)}`;
    this.#endReason ??= new HandsError("script_failed", `The code of the hand ${handName} ${what}`, {
      cause: error,
    });
  }

  #finish(exitCode: number): void {
    this.#loadTimer?.cancel();
    this.#pingTimer?.cancel();
    const { handName } = this.#settings.start;
    this.#endReason ??= new HandsError(
      "script_failed",
      `The code of the hand ${handName} ended its own thread (process.exit with code ${exitCode})`,
    );
    this.#loading.reject(this.#endReason);
    this.#settings.onEnd(this.#endReason);
    this.#exited.resolve();
  }
}

import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { createDeferred, HandsError } from "../core/index.ts";
import type { Sandbox } from "../tools/index.ts";
import type { CodeMessage, HostMessage, LoadedCode, WorkerMessage } from "./messages.ts";
import { startConfined } from "./start-confined.ts";
import { startThread } from "./start-thread.ts";
import type { CodeConfinement } from "./types.ts";
import { fromWireError } from "./wire-error.ts";
import type { CarrierEvents, CarrierSettings, WorkerCarrier } from "./worker-carrier.ts";

/** Importing a hand's code takes milliseconds; more than this is a loop or a wait at its top level. */
const LOAD_TIMEOUT_MS = 10_000;

/** Code that keeps the event loop to itself for this long after it was told to stop is ended with its thread. */
export const STOP_GRACE_MS = 5000;

/** What a worker is made with. */
export interface CodeWorkerSettings extends CarrierSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The sandbox that it runs in; null: a thread of this process. */
  readonly confined: { readonly sandbox: Sandbox; readonly confinement: CodeConfinement } | null;
  readonly onMessage: (message: CodeMessage) => void;
  /** Called once, when nothing runs any more. */
  readonly onEnd: (reason: HandsError) => void;
}

/** One worker of a hand's code, from its start to its end, whatever the cause. */
export class CodeWorker {
  readonly loaded: Promise<LoadedCode>;
  readonly #settings: CodeWorkerSettings;
  readonly #carrier: WorkerCarrier;
  readonly #loading = createDeferred<LoadedCode>();
  readonly #exited = createDeferred();
  #loadTimer: ClockTimer | null = null;
  #pingTimer: ClockTimer | null = null;
  #endReason: HandsError | null = null;

  constructor(settings: CodeWorkerSettings) {
    this.#settings = settings;
    this.loaded = this.#loading.promise;
    this.loaded.catch(() => {});
    const { confined } = settings;
    const events: CarrierEvents = {
      onMessage: (message) => this.#receive(message),
      onError: (what, cause) => this.#noteError(what, cause),
      onExit: (exitCode) => this.#finish(exitCode),
    };
    this.#carrier =
      confined === null ? startThread(settings, events) : startConfined(settings, confined, events);
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
    this.#carrier.post(message);
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
    this.#carrier.keepProcessAlive(isNeeded);
  }

  /** Ends the thread, in the middle of whatever it does. The first reason counts. */
  async end(reason: HandsError): Promise<void> {
    this.#endReason ??= reason;
    this.#carrier.end();
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

  #noteError(what: string, cause: unknown): void {
    const { handName } = this.#settings.start;
    this.#endReason ??= new HandsError("script_failed", `The code of the hand ${handName} ${what}`, {
      cause,
    });
  }

  #finish(exitCode: number | null): void {
    this.#loadTimer?.cancel();
    this.#pingTimer?.cancel();
    const { handName } = this.#settings.start;
    this.#endReason ??= new HandsError(
      "script_failed",
      exitCode === null
        ? `The process of the code of the hand ${handName} was ended from outside`
        : `The code of the hand ${handName} ended its own thread (process.exit with code ${exitCode})`,
    );
    this.#loading.reject(this.#endReason);
    this.#settings.onEnd(this.#endReason);
    this.#exited.resolve();
  }
}

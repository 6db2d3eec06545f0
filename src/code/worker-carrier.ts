import type { HostMessage, WorkerMessage, WorkerStart } from "./messages.ts";

/** What a worker is started with, wherever it runs. */
export interface CarrierSettings {
  readonly start: WorkerStart;
  readonly environment: Readonly<Record<string, string>>;
  /** What its JavaScript values may take. */
  readonly memoryMb: number;
}

/** What is told of a worker. Nothing follows `onExit`. */
export interface CarrierEvents {
  onMessage(message: WorkerMessage): void;
  /** It ends because of this. */
  onError(what: string, cause?: unknown): void;
  /** `null` where something else than its code ended it. */
  onExit(exitCode: number | null): void;
}

/** Where a worker runs: a thread of this process, or a process in a sandbox. Messages that come before it has loaded wait. */
export interface WorkerCarrier {
  post(message: HostMessage): void;
  /** While it is not needed, it does not keep this process alive. */
  keepProcessAlive(isNeeded: boolean): void;
  /** Ends it, in the middle of whatever it does. */
  end(): void;
}

import type { Clock, ClockTimer } from "../../core/index.ts";

const INTERVAL_MS = 200;

export interface ChangeWatchOptions {
  readonly clock: Clock;
  /** A number that commits of others raise and our own do not; undefined where it cannot be read now. */
  readonly readVersion: () => number | undefined;
  readonly onForeignChange: () => void;
  readonly onError: (error: unknown) => void;
}

/** Looks five times a second whether another process has committed. The timer keeps no process alive. */
export class ChangeWatch {
  readonly #options: ChangeWatchOptions;
  #version: number | undefined;
  #timer: ClockTimer | undefined;

  constructor(options: ChangeWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#version = this.#options.readVersion();
    this.#scheduleLook();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #scheduleLook(): void {
    this.#timer = this.#options.clock.setTimer(INTERVAL_MS, () => {
      this.#scheduleLook();
      this.#look();
    });
  }

  #look(): void {
    try {
      const version = this.#options.readVersion();
      if (version === undefined || version === this.#version) return;
      const isFirst = this.#version === undefined;
      this.#version = version;
      if (!isFirst) this.#options.onForeignChange();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

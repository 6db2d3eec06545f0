import type { Clock } from "../core/index.ts";

/** Signals of the process, as a command sees them. */
export interface Interrupts {
  /**
   * Takes over Ctrl-C and SIGTERM until it is disposed: the first aborts the signal, and a second one ends the process at once with 130.
   * While nobody listens both end the process as always.
   */
  listen(): InterruptListener;
}

export interface InterruptListener extends Disposable {
  /** Aborts at the first Ctrl-C or SIGTERM; its reason is the signal's name. */
  readonly signal: AbortSignal;
}

/** The part of the process that is needed here. */
export interface SignalSource {
  on(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** npm and the terminal both pass a Ctrl-C on, so what follows within this time is the same keypress. */
const SAME_KEYPRESS_MS = 400;

export function createInterrupts(parts: {
  readonly source: SignalSource;
  readonly clock: Clock;
  readonly endAtOnce: () => void;
}): Interrupts {
  const { source, clock, endAtOnce } = parts;
  return {
    listen() {
      const controller = new AbortController();
      let firstMs: number | undefined;
      const hear = (name: string) => () => {
        if (firstMs === undefined) {
          firstMs = clock.monotonicMs();
          controller.abort(name);
        } else if (clock.monotonicMs() - firstMs > SAME_KEYPRESS_MS) endAtOnce();
      };
      const listeners = [
        ["SIGINT", hear("SIGINT")],
        ["SIGTERM", hear("SIGTERM")],
      ] as const;
      for (const [name, listener] of listeners) source.on(name, listener);
      return {
        signal: controller.signal,
        [Symbol.dispose]() {
          for (const [name, listener] of listeners) source.off(name, listener);
        },
      };
    },
  };
}

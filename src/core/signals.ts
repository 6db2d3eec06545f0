import type { Clock } from "./clock.ts";
import { HandsError } from "./errors.ts";

/** A promise with its handles outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** A promise that somebody else settles. */
export function createDeferred<T = void>(): Deferred<T> {
  return Promise.withResolvers<T>();
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it aborts. The promise itself goes on. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    throw signal.reason;
  }
  const aborted = createDeferred<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    promise.catch(() => {});
    aborted.promise.catch(() => {});
  }
}

/** How long a piece of work may take, by which clock, and what ends it before. */
export interface Deadline {
  readonly clock: Pick<Clock, "setTimer">;
  readonly limitMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Does the work with a signal that also aborts, with a `timeout`, once the time is up. The work has to heed it: what does not is waited for.
 */
export async function withDeadline<T>(
  { clock, limitMs, signal }: Deadline,
  work: (bounded: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = clock.setTimer(limitMs, () =>
    late.abort(new HandsError("timeout", `no answer within ${limitMs} ms`)),
  );
  try {
    return await work(signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]));
  } finally {
    timer.cancel();
  }
}

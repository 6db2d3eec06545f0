import type { Clock } from "../core/index.ts";

const ONE_DAY_MS = 86_400_000;

/** Keeps the process from ending while the work is under way: the runtime's own timers do not. */
export async function keepAlive<T>(clock: Clock, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const wait = async () => {
    while (!done.signal.aborted) await clock.sleep(ONE_DAY_MS, done.signal).catch(() => {});
  };
  const waiting = wait();
  try {
    return await work;
  } finally {
    done.abort();
    await waiting;
  }
}

import { useSyncExternalStore } from "react";

/*
 * One timer for everything on the page that shows a passing time. `offsetMs` is by how much the server's clock is ahead of this one, so
 * that a countdown ends when the server says, not when a wrong clock here does.
 */

let offsetMs = 0;
let nowMs = Date.now();
let timer: number | undefined;
const listeners = new Set<() => void>();

export function learnServerTime(serverIso: string): void {
  const difference = Date.parse(serverIso) - Date.now();
  offsetMs = Math.abs(difference) < 2000 ? 0 : difference;
}

export function readNow(): number {
  return Date.now() + offsetMs;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    nowMs = readNow();
    timer = window.setInterval(() => {
      nowMs = readNow();
      for (const each of listeners) each();
    }, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The time by the server's clock, in steps: a component renders again only when the step changes. */
export function useNow(stepMs: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(nowMs / stepMs) * stepMs);
}

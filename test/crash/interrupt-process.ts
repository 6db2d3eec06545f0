import { writeSync } from "node:fs";
import type { Interruption } from "./interruption.ts";
import type { ChildMessage } from "./protocol.ts";

/** Told of the n-th thing of a kind that this process does, from 1. */
export interface Watch {
  beginning(number: number): void;
  before(number: number, what: string): void;
  after(number: number, what: string): void;
}

/** How long a thread that asked for SIGSTOP waits for the whole process to stand still. */
const STANDSTILL_MS = 100;

/** Kills or freezes this process at the point, once, where it is one of that kind. */
export function interruptAt(interruption: Interruption | null, kind: "commit" | "file"): Watch {
  let isOver = false;
  const reach =
    (when: "beginning" | "before" | "after") =>
    (number: number, what = "about to begin") => {
      if (isOver || interruption === null || interruption.point.kind !== kind) return;
      const { point, signal } = interruption;
      if (point.number !== number || point.when !== when) return;
      isOver = true;
      // Written at once: a process that is killed next has said it.
      tellParent({ type: "interrupted", what });
      process.kill(process.pid, signal);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STANDSTILL_MS);
    };
  return { beginning: reach("beginning"), before: reach("before"), after: reach("after") };
}

/** Writes a line to the parent before anything else happens. */
export function tellParent(message: ChildMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

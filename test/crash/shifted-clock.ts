import { readFileSync, writeFileSync } from "node:fs";
import type { Clock } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";

/**
 * A clock whose wall runs ahead of the machine's by the milliseconds in a file, which every process of one universe reads anew each
 * time. Moving it forward is what a machine's sleep does: the wall jumps, the monotonic clock does not.
 */
export function createShiftedClock(file: string): Clock {
  return { ...systemClock, now: () => systemClock.now() + readShiftMs(file) };
}

/** Moves the wall of every process that reads this file. */
export function shiftClock(file: string, byMs: number): void {
  writeFileSync(file, String(readShiftMs(file) + byMs));
}

function readShiftMs(file: string): number {
  return Number(readFileSync(file, "utf8") || "0");
}

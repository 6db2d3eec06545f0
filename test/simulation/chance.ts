import { createHash } from "node:crypto";
import type { Random } from "../../src/core/index.ts";

/** Draws that come out the same for the same seed. */
export interface Chance extends Random {
  /** A number from 0 up to, and without, 1. */
  draw(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** One of the list. */
  pick<T>(list: readonly T[]): T;
  /** True in that part of all cases. */
  isTrue(part: number): boolean;
}

/** A chance of its own for each list of names, so that one draw more in one place changes nothing in another. */
export function createChance(...names: readonly (string | number)[]): Chance {
  const digest = createHash("sha256").update(names.join("\u0000")).digest();
  let state = digest.readUInt32LE(0);
  // Mulberry32. Source: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
  return {
    draw,
    between,
    pick<T>(list: readonly T[]): T {
      const picked = list[between(0, list.length - 1)];
      if (list.length === 0) throw new Error("nothing to pick from");
      return picked as T;
    },
    isTrue: (part) => draw() < part,
    bytes: (length) => Uint8Array.from({ length }, () => between(0, 255)),
  };
}

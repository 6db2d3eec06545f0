import { randomBytes } from "node:crypto";

/** Drawing a few bytes costs as much as drawing thousands. */
const DRAWN_AT_ONCE = 4096;
/** What is longer is drawn by itself. */
const LONGEST_OF_POOL = 64;

/** Where randomness comes from. Everything outside `core` takes one as an argument. */
export interface Random {
  /** That many random bytes. */
  bytes(length: number): Uint8Array;
}

/** The machine's cryptographic randomness. */
export const systemRandom: Random = createSystemRandom();

/** Bytes that were given out are wiped where they were drawn, so that a secret made of them is in no second place. */
function createSystemRandom(): Random {
  let pool = Buffer.alloc(0);
  let used = 0;
  return {
    bytes(length) {
      if (length > LONGEST_OF_POOL) return randomBytes(length);
      if (used + length > pool.length) {
        pool = randomBytes(DRAWN_AT_ONCE);
        used = 0;
      }
      const drawn = pool.subarray(used, used + length);
      const bytes = Uint8Array.from(drawn);
      drawn.fill(0);
      used += length;
      return bytes;
    },
  };
}

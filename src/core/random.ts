import { randomBytes } from "node:crypto";

/** Where randomness comes from. Everything outside `core` takes one as an argument. */
export interface Random {
  /** That many random bytes. */
  bytes(length: number): Uint8Array;
}

/** The machine's cryptographic randomness. */
export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

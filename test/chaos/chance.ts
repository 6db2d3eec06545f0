/** Chance that comes out the same for the same seed. */
export interface Chance {
  /** A whole number from 0 up to, and without, the bound. */
  below(bound: number): number;
}

/** A linear congruential generator modulo 2³²; its high bits are the ones to use. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  return {
    below(bound) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    },
  };
}

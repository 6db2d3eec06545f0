import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** Makes ids that sort by the time they were made. */
export interface IdSource {
  /** A new id: 26 characters `0-9a-z`, unique, sorting after every id this source made before. */
  next(): string;
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/**
 * An id source in the ULID form (48 bits of time, 80 random bits, Crockford's base 32, here in lower case).
 * Two ids of one millisecond, or of a clock that went back, count up instead of being drawn anew.
 * Source of the format: https://github.com/ulid/spec
 */
export function createIdSource(clock: Pick<Clock, "now">, random: Random): IdSource {
  let lastTime = -1;
  let digits: number[] = [];
  return {
    next() {
      const now = clock.now();
      if (now > lastTime) {
        lastTime = now;
        digits = Array.from(random.bytes(RANDOM_LENGTH), (byte) => byte & 31);
      } else {
        increment(digits);
      }
      return encodeTime(lastTime) + digits.map((digit) => ALPHABET[digit]).join("");
    },
  };
}

function encodeTime(epochMs: number): string {
  let rest = epochMs;
  let text = "";
  for (let index = 0; index < TIME_LENGTH; index += 1) {
    text = (ALPHABET[rest % 32] ?? "0") + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function increment(digits: number[]): void {
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const digit = digits[index] ?? 0;
    if (digit < 31) {
      digits[index] = digit + 1;
      return;
    }
    digits[index] = 0;
  }
}

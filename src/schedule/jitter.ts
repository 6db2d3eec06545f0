import { createHash } from "node:crypto";

/** A fire whose delay is asked for. */
export interface JitterInput {
  readonly handName: string;
  readonly fireAt: number;
  /** The longest delay, as the schedule says. */
  readonly jitterMs: number;
  /** The fire after this one, which the delay never reaches; null where there is none. */
  readonly nextFireAt: number | null;
}

/**
 * How long after its fire an execution starts: 0 to `jitterMs`, spread evenly, always before the next fire. The same hand
 * and fire get the same delay on every machine and after every restart.
 */
export function calculateJitterMs({ handName, fireAt, jitterMs, nextFireAt }: JitterInput): number {
  const roomMs = nextFireAt === null ? jitterMs : Math.min(jitterMs, nextFireAt - fireAt - 1);
  if (roomMs <= 0) return 0;
  const hash = createHash("sha256").update(`${handName}\n${fireAt}`).digest();
  const fraction = hash.readUIntBE(0, 6) / 2 ** 48;
  return Math.floor(fraction * (Math.floor(roomMs) + 1));
}

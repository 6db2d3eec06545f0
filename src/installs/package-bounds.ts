import { HandsError } from "../core/index.ts";
import { LARGEST_HAND_BYTES } from "../manifest/index.ts";
import type { PackageBounds } from "./types.ts";

/** More than any hand needs, and little enough to be held in memory. */
export const PACKAGE_BOUNDS: PackageBounds = {
  entries: 2_000,
  bytes: LARGEST_HAND_BYTES,
  archiveBytes: LARGEST_HAND_BYTES,
  ratio: 200,
};

/** Small texts may shrink by any ratio. */
const RATIO_COUNTS_FROM_BYTES = 1_048_576;

/** Throws: `too_large`. */
export function assertEntries(count: number, bounds: PackageBounds): void {
  if (count > bounds.entries) throw tooLarge(`has more than ${bounds.entries} entries`);
}

/** Throws: `too_large`. */
export function assertBytes(byteLength: number, bounds: PackageBounds): void {
  if (byteLength > bounds.bytes) throw tooLarge(`holds more than ${bounds.bytes} bytes`);
}

/** Throws: `too_large`. */
export function assertRatio(unpackedBytes: number, packedBytes: number, bounds: PackageBounds): void {
  if (unpackedBytes > RATIO_COUNTS_FROM_BYTES && unpackedBytes > packedBytes * bounds.ratio) {
    throw tooLarge(`unpacks to more than ${bounds.ratio} times its size`);
  }
}

export function tooLarge(what: string): HandsError {
  return new HandsError("too_large", `the package ${what}`, {
    hint: "A hand is code and words. Nothing was written.",
  });
}

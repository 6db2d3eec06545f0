import type { Clock } from "../core/index.ts";
import type { HandSnapshot } from "../manifest/index.ts";
import type { ClockReading } from "./lease.ts";
import { readClock } from "./lease.ts";
import type { HandDirectory, HandLookup } from "./types.ts";
import type { VersionKeeper } from "./version-keeper.ts";

/** What an execution would run from. */
export type PreparedVersion =
  /** The version it was begun with, which is in the store. */
  | { readonly kind: "kept" }
  /** The hand's folder as it is now. */
  | { readonly kind: "snapshot"; readonly snapshot: HandSnapshot }
  /** Nothing here to run it from. */
  | { readonly kind: "none" };

/** What has to be known before the transaction of a claim, which may await only its own queries. */
export interface ClaimFacts {
  readonly lookup: HandLookup;
  readonly version: PreparedVersion;
  /** From here on the lease counts, whenever the transaction begins. */
  readonly sentAt: ClockReading;
}

/** Looks a hand up, and reads its folder where the execution (`versionHash` is null) has not begun. */
export async function prepareClaim(
  parts: { readonly clock: Clock; readonly hands: HandDirectory; readonly versions: VersionKeeper },
  handName: string,
  versionHash: string | null,
): Promise<ClaimFacts> {
  const lookup = await parts.hands.lookUp(handName);
  const version =
    versionHash === null ? await readVersion(parts.versions, lookup) : ({ kind: "kept" } as const);
  return { lookup, version, sentAt: readClock(parts.clock) };
}

async function readVersion(versions: VersionKeeper, lookup: HandLookup): Promise<PreparedVersion> {
  if (lookup.kind !== "ready") return { kind: "none" };
  try {
    return { kind: "snapshot", snapshot: await versions.snapshot(lookup.hand) };
  } catch {
    // The folder went away or cannot be kept; what is wrong with it is told where hands are listed.
    return { kind: "none" };
  }
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HandOrigin } from "../store/index.ts";
import { hasSameContent } from "./hand-content.ts";
import type { IndexEntry } from "./index-folders.ts";
import { refuseTakenName } from "./index-folders.ts";

/** Which names this hands folder may have. */
export interface SettledOwners {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** Hands folders whose rows may be replaced. */
  readonly replaced: readonly string[];
}

/**
 * Decides about names that another hands folder has in the index. This one takes a name over when the other hand is no longer on this
 * machine, as after a move, or is the same; else the name stays with the other, and the hand here is refused.
 */
export async function settleOwners(
  entries: ReadonlyMap<string, IndexEntry>,
  rows: readonly HandOrigin[],
  handsDir: string,
): Promise<SettledOwners> {
  const settled = new Map(entries);
  const replaced = new Set<string>();
  for (const row of rows) {
    const entry = entries.get(row.name);
    // The seed did not say which folder its rows came from.
    if (entry === undefined || row.hands_dir === handsDir || row.hands_dir === "") continue;
    const isGone = !existsSync(row.hands_dir) || !existsSync(join(row.hand_dir, "HAND.toml"));
    if (isGone || (await hasSameContent(row.hand_dir, entry.dir))) replaced.add(row.hands_dir);
    else settled.set(row.name, refuseTakenName(entry, row.hand_dir));
  }
  return { entries: settled, replaced: [...replaced] };
}

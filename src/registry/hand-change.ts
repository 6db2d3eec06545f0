import type { IndexEntry } from "./index-folders.ts";

/** What a look at the hands folder, or an operator, changed. Each name is in one list. */
export interface HandChange {
  readonly added: readonly string[];
  /** Edited, mended, enabled or disabled. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Newly broken, or broken in another way. */
  readonly broken: readonly string[];
}

type Entries = ReadonlyMap<string, IndexEntry>;

/** What lies between two states of the folder. */
export function compareEntries(before: Entries, after: Entries): HandChange {
  const names = [...after.keys()];
  const isEdited = (name: string) => {
    const [old, now] = [before.get(name), after.get(name)];
    return (
      old?.fingerprint !== now?.fingerprint ||
      old?.dir !== now?.dir ||
      (old?.hand === null) !== (now?.hand === null)
    );
  };
  const isHealthy = (name: string) => after.get(name)?.hand !== null;
  return {
    added: names.filter((name) => !before.has(name) && isHealthy(name)),
    changed: names.filter((name) => before.has(name) && isHealthy(name) && isEdited(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    broken: names.filter((name) => !isHealthy(name) && isEdited(name)),
  };
}

export function isEmptyChange({ added, changed, removed, broken }: HandChange): boolean {
  return added.length + changed.length + removed.length + broken.length === 0;
}

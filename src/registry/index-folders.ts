import { join } from "node:path";
import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { LoadedFolder } from "./load-folders.ts";

/** What one name in this hands folder stands for. */
export interface IndexEntry {
  readonly name: string;
  /** Absolute path of the hand's folder; of two with the same name, the first. */
  readonly dir: string;
  /** Null where the hand is broken. */
  readonly hand: HandConfig | null;
  /** Errors and warnings. */
  readonly problems: readonly Diagnostic[];
  /** Changes with every edit. */
  readonly fingerprint: string;
  /** True where another hands folder has the name; the index then tells of that one. */
  readonly isTaken: boolean;
  /** What it was read from, for the index; null where it has to be read at each start. */
  readonly reading: string | null;
}

/** What the folders come to. */
export interface FolderIndex {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** Problems of folders that have no name of their own, by path. */
  readonly strays: ReadonlyMap<string, readonly Diagnostic[]>;
}

/**
 * Gives each folder its name. Of several healthy folders with one name none gets it: each is told where the others are. A broken
 * folder, whose name may be a guess, never takes a name from a healthy one.
 */
export function indexFolders(folders: readonly LoadedFolder[]): FolderIndex {
  const byName = new Map<string, LoadedFolder[]>();
  for (const folder of folders) {
    const same = byName.get(folder.name);
    if (same === undefined) byName.set(folder.name, [folder]);
    else same.push(folder);
  }
  const entries = new Map<string, IndexEntry>();
  const strays = new Map<string, readonly Diagnostic[]>();
  for (const [name, same] of byName) {
    const healthy = same.filter(({ hand }) => hand !== null);
    const bearers = healthy.length > 0 ? healthy : same;
    for (const folder of same) if (!bearers.includes(folder)) strays.set(folder.dir, folder.diagnostics);
    const [first] = bearers;
    if (first === undefined) continue;
    entries.set(name, bearers.length === 1 ? toEntry(first) : refuseAll(name, first, bearers));
  }
  return { entries, strays };
}

function toEntry({ name, dir, hand, diagnostics, fingerprint, reading }: LoadedFolder): IndexEntry {
  return { name, dir, hand, problems: diagnostics, fingerprint, isTaken: false, reading };
}

function refuseAll(name: string, first: LoadedFolder, bearers: readonly LoadedFolder[]): IndexEntry {
  const problems = bearers.flatMap((folder) => {
    const others = bearers.filter((other) => other !== folder).map(({ dir }) => dir);
    const refusal = reportName(
      folder,
      "duplicate_name",
      `${others.join(" and ")} is called \`${name}\` as well`,
      {
        hint: "Give each hand a name of its own in [hand]; until then none of them runs.",
      },
    );
    return [refusal, ...folder.diagnostics];
  });
  const fingerprint = bearers.map((folder) => folder.fingerprint).join(" ");
  return { name, dir: first.dir, hand: null, problems, fingerprint, isTaken: false, reading: null };
}

/** The entry of a name that another hands folder has: not run from here, and shown so. */
export function refuseTakenName(entry: IndexEntry, otherDir: string): IndexEntry {
  const refusal = reportName(entry, "name_taken", `The name \`${entry.name}\` belongs to ${otherDir}`, {
    hint: "Rename one of the two, remove the other folder, or give this hands folder a database of its own.",
  });
  return { ...entry, hand: null, problems: [refusal, ...entry.problems], isTaken: true, reading: null };
}

function reportName(
  { dir }: { readonly dir: string },
  code: string,
  message: string,
  { hint }: { readonly hint: string },
): Diagnostic {
  return {
    severity: "error",
    code,
    message,
    file: join(dir, "HAND.toml"),
    line: null,
    column: null,
    hint,
    source: null,
  };
}

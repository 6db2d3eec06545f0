import type { FolderListing, HandFolder, LoadHandOptions } from "../manifest/index.ts";
import { loadHandFolder } from "../manifest/index.ts";
import type { HandChecks } from "./find-problems.ts";
import { findProblems } from "./find-problems.ts";
import type { FolderReading } from "./folder-reading.ts";
import { hashProblems, isSettled, toLastingMarks } from "./folder-reading.ts";
import type { LoadedFolder } from "./load-folders.ts";

/** Reads a folder, and holds its hand against what there is. */
export async function readFolder(
  dir: string,
  {
    listing,
    checks,
    options,
    program,
    readAt,
  }: {
    /** Null where the folder could not be listed. */
    readonly listing: FolderListing | null;
    readonly checks: HandChecks;
    readonly options: LoadHandOptions;
    readonly program: string | null;
    /** The time now. */
    readonly readAt: number;
  },
): Promise<LoadedFolder> {
  const folder = await loadHandFolder(dir, listing === null ? options : { ...options, listing });
  const { name, hand = null, diagnostics, fingerprint } = folder;
  const plain = { dir: folder.dir, name, fingerprint };
  if (hand === null) return { ...plain, hand, diagnostics, reading: null };
  const found = await findProblems(hand, fingerprint, checks);
  const located = folder.locate(found.ofManifest);
  const problems = [...diagnostics, ...(found.ofCode === null ? [] : [found.ofCode]), ...located];
  if (problems.some(({ severity }) => severity === "error"))
    return { ...plain, hand: null, diagnostics: problems, reading: null };
  const reading =
    program !== null && isRecallable(folder, readAt)
      ? JSON.stringify({
          program,
          fingerprint,
          found: hashProblems(found),
          marks: listing === null ? undefined : toLastingMarks(listing, dir, readAt),
        } satisfies FolderReading)
      : null;
  return { ...plain, hand, diagnostics: problems, reading };
}

/** A tool of the project is in another folder, whose edits the hand's own does not show. */
function isRecallable({ hand, changedAt }: HandFolder, readAt: number): boolean {
  return hand?.projectToolsDir === null && isSettled(changedAt, readAt);
}

import { hashJson, toJsonValue } from "../core/index.ts";
import type { FolderListing, FolderMarks } from "../manifest/index.ts";
import type { HandRow } from "../store/index.ts";
import type { FoundProblems } from "./find-problems.ts";

/** What a hand in the index was read from: the same again is the same hand. */
export interface FolderReading {
  /** The build of the program that read it. */
  readonly program: string;
  /** The folder's, when it was read. */
  readonly fingerprint: string;
  /** Hash of what was found when the hand was held against the tools and the project. */
  readonly found: string;
  /** What the folder looked like, by paths in it, itself the empty one. Absent where a later edit could leave them as they are. */
  readonly marks?: FolderMarks | undefined;
}

/** Times of files go in steps: of some milliseconds, and of up to two seconds where a file system knows whole seconds only. */
const STEP_MS = 50;
const COARSE_STEP_MS = 2000;

/** Can no later change bear the same time as the newest one that was read? */
export function isSettled(changedAt: number, readAt: number): boolean {
  return readAt - changedAt > (changedAt % 1000 === 0 ? COARSE_STEP_MS : STEP_MS);
}

/** The marks of a listing, for a reading; undefined where a later edit could leave them as they are. */
export function toLastingMarks(
  { marks }: FolderListing,
  dir: string,
  readAt: number,
): FolderMarks | undefined {
  const isLasting = marks.every(([, mark]) => mark !== null && isSettled(mark.ctimeMs, readAt));
  return isLasting ? marks.map(([path, mark]) => [path.slice(dir.length + 1), mark]) : undefined;
}

export function hashProblems(found: FoundProblems): string {
  return hashJson(toJsonValue([found.ofCode, found.ofManifest]));
}

/** The reading of a row that this build of the program wrote, else null. */
export function parseReading(
  { reading_json }: Pick<HandRow, "reading_json">,
  program: string,
): FolderReading | null {
  // A database that is only looked at may be of a time without this column.
  const reading = JSON.parse(reading_json ?? "null") as FolderReading | null;
  return reading?.program === program ? reading : null;
}

import { hashJson, toJsonValue } from "../core/index.ts";
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
}

/** Times of files go in steps: of some milliseconds, and of up to two seconds where a file system knows whole seconds only. */
const STEP_MS = 50;
const COARSE_STEP_MS = 2000;

/** Can no later change bear the same time as the newest one that was read? */
export function isSettled(changedAt: number, readAt: number): boolean {
  return readAt - changedAt > (changedAt % 1000 === 0 ? COARSE_STEP_MS : STEP_MS);
}

export function hashProblems(found: FoundProblems): string {
  return hashJson(toJsonValue([found.ofCode, found.ofManifest]));
}

/** The reading of a row that this build of the program wrote, else null. */
export function parseReading({ reading_json }: HandRow, program: string): FolderReading | null {
  // A database that is only looked at may be of a time without this column.
  const reading = JSON.parse(reading_json ?? "null") as FolderReading | null;
  return reading?.program === program ? reading : null;
}

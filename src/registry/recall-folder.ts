import type { Diagnostic, FolderListing, HandConfig, LoadHandOptions } from "../manifest/index.ts";
import { recallHandFolder } from "../manifest/index.ts";
import type { HandRow } from "../store/index.ts";
import type { HandChecks } from "./find-problems.ts";
import { findProblems } from "./find-problems.ts";
import { hashProblems, parseReading } from "./folder-reading.ts";
import type { LoadedFolder } from "./load-folders.ts";

/**
 * The folder as the index has it, where reading it would come to the very same: the same build of the program read the same files, and
 * found the same against the tools and the project. Null where it has to be read.
 */
export async function recallFolder(
  row: HandRow,
  {
    content,
    program,
    checks,
    options,
  }: {
    readonly content: FolderListing | "as_indexed";
    readonly program: string;
    readonly checks: HandChecks;
    readonly options: LoadHandOptions;
  },
): Promise<LoadedFolder | null> {
  const reading = parseReading(row, program);
  if (reading === null) return null;
  const { name, hand_dir: dir } = row;
  const { fingerprint } = reading;
  // Not held against a schema again: this very program wrote it, in one statement with the reading.
  const hand = JSON.parse(row.config_json) as HandConfig;
  if (!(await recallHandFolder({ name, dir, fingerprint, hand }, content, options))) return null;
  if (hashProblems(await findProblems(hand, fingerprint, checks)) !== reading.found) return null;
  const diagnostics = JSON.parse(row.problems_json) as readonly Diagnostic[];
  return { dir, name, hand, diagnostics, fingerprint, reading: row.reading_json };
}

import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { isInside, matchesGlob } from "../core/index.ts";
import type { HandConfig, ManifestProblem } from "../manifest/index.ts";
import { findEventSubject, parseFileGlob } from "../manifest/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/** What a project has to know of itself to say which files a hand may wait for. */
export type ProjectFolders = Pick<ProjectConfig, "projectDir" | "configPath" | "handsDir" | "db" | "dataDir">;

/** Files of the program itself start no hand, and neither does a hand's own output start it again. */
export function inspectFileTriggers(hand: HandConfig, project: ProjectFolders): readonly ManifestProblem[] {
  return hand.triggers.events.flatMap((event, index): ManifestProblem[] => {
    const subject = findEventSubject(event, "file");
    const glob = subject === null ? "" : parseFileGlob(subject);
    if (typeof glob === "string") return [];
    const folder = join(project.projectDir, glob.folder);
    const reason = findReason(folder, glob.pattern, hand, project);
    if (reason === null) return [];
    return [
      {
        severity: "error",
        code: "invalid_file_glob",
        message: `\`${event}\` cannot be watched: ${reason}`,
        path: ["triggers", "events", index],
        at: "value",
        hint: "Keep files that start hands in a folder of their own, as in `file:inbox/*.csv`.",
      },
    ];
  });
}

function findReason(
  folder: string,
  pattern: string,
  hand: HandConfig,
  project: ProjectFolders,
): string | null {
  if (isInside(project.handsDir, folder)) return "it is in the folder of the hands";
  if (isInside(join(project.dataDir, "versions"), folder)) return "it is where versions of hands are kept";
  const isNamed = (path: string) => dirname(path) === folder && matchesGlob(pattern, basename(path));
  const store = isAbsolute(project.db) ? ["", "-wal", "-shm", "-journal"].map((end) => project.db + end) : [];
  if (store.some(isNamed)) return "the store's own files would match";
  if (isNamed(project.configPath ?? join(project.projectDir, "hands.toml"))) return "hands.toml would match";
  const { fileDrop } = hand.output;
  if (fileDrop !== null && resolve(project.projectDir, fileDrop) === folder)
    return "the hand's own `file_drop` is that folder, so each run would start the next";
  return null;
}

import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { isInside, sha256 } from "../core/index.ts";
import type { FolderListing } from "./folder-files.ts";
import { listFolder } from "./folder-files.ts";
import { readFolderFingerprint } from "./folder-fingerprint.ts";
import type { HandFolder } from "./hand-folder.ts";
import type { HandSnapshot } from "./hand-snapshot.ts";
import { hashFiles, readHandSnapshot } from "./hand-snapshot.ts";
import type { HandConfig } from "./types.ts";

/** Where a version of a hand keeps the project's tools that it uses; hidden, so that no hand's own folder can stand for them. */
export const PROJECT_TOOLS_FOLDER = ".project-tools";

/** A name with a dot is a server's tool. */
const TOOL_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** Gives what is in the folder of the project's tools; null where it is not there or cannot be read. */
export type ListProjectTools = (projectToolsDir: string) => FolderListing | null;

export const listProjectTools: ListProjectTools = (projectToolsDir) => {
  // Most projects have none: that is found out without an error.
  if (!existsSync(projectToolsDir)) return null;
  try {
    return listFolder(projectToolsDir);
  } catch {
    return null;
  }
};

/**
 * Gives a hand the project's tools that its manifest names: `NAME.ts` for the tool NAME. What changes in their folder then changes the
 * hand's fingerprint. A folder that is not there has no tools.
 */
export function addProjectTools(
  folder: HandFolder,
  projectToolsDir: string,
  listTools: ListProjectTools,
): HandFolder {
  const { hand } = folder;
  if (hand === undefined) return folder;
  const paths = findProjectTools(hand, projectToolsDir, listTools);
  if (paths.length === 0) return folder;
  const fingerprint = readHandFingerprint({ handDir: folder.dir, projectToolsDir });
  return {
    ...folder,
    fingerprint,
    hand: { ...hand, toolPaths: [...hand.toolPaths, ...paths], projectToolsDir },
  };
}

/** The files of the project's tools that a manifest names. */
export function findProjectTools(
  { toolsRequired, toolsOptional }: Pick<HandConfig, "toolsRequired" | "toolsOptional">,
  projectToolsDir: string,
  listTools: ListProjectTools,
): readonly string[] {
  const files = listTools(projectToolsDir)?.files ?? [];
  if (files.length === 0) return [];
  const named = new Set([...toolsRequired, ...toolsOptional].map(({ name }) => name));
  return files.flatMap(({ path }) => {
    const name = path.endsWith(".ts") ? path.slice(0, -".ts".length) : "";
    return TOOL_NAME.test(name) && named.has(name) ? [join(projectToolsDir, path)] : [];
  });
}

/** Changes whenever a file may have changed that a version of the hand is made of. */
export function readHandFingerprint({
  handDir,
  projectToolsDir,
}: Pick<HandConfig, "handDir" | "projectToolsDir">): string {
  const own = readFolderFingerprint(handDir);
  return projectToolsDir === null ? own : sha256(`${own}\n${readFolderFingerprint(projectToolsDir)}`);
}

/** A hand's files, and with them the project's tools, as a version is made of both. Throws: `hand_broken` when those are more than 32 MB. */
export async function addProjectFiles(
  own: HandSnapshot,
  projectToolsDir: string | null,
): Promise<HandSnapshot> {
  if (projectToolsDir === null) return own;
  const tools = await readHandSnapshot(projectToolsDir);
  const files = [
    ...own.files,
    ...tools.files.map((file) => ({ ...file, path: `${PROJECT_TOOLS_FOLDER}/${file.path}` })),
  ];
  return { hash: hashFiles(files), files };
}

/** The place of a hand's file in a version of it that was unpacked to `versionDir`. */
export function toVersionPath(
  { handDir, projectToolsDir }: Pick<HandConfig, "handDir" | "projectToolsDir">,
  path: string,
  versionDir: string,
): string {
  return projectToolsDir !== null && isInside(projectToolsDir, path)
    ? join(versionDir, PROJECT_TOOLS_FOLDER, relative(projectToolsDir, path))
    : join(versionDir, relative(handDir, path));
}

import { readFile, stat } from "node:fs/promises";
import type { Environment } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { HandFile } from "../manifest/index.ts";
import { isPassedOver } from "../manifest/index.ts";
import { readArchive } from "./archive/read-archive.ts";
import { PACKAGE_BOUNDS, tooLarge } from "./package-bounds.ts";
import { readFolder } from "./read-folder.ts";
import { readGit } from "./read-git.ts";
import type { PackageBounds, PackageContent, PackageSource } from "./types.ts";

/** A hand as it came: its folder's files, and what of the package was left behind. */
export interface HandPackage extends PackageContent {
  /** Hidden files and `node_modules`, which no hand has. */
  readonly leftOut: readonly string[];
  /** The folder in the package that has the manifest; empty for the package itself. */
  readonly folder: string;
}

/**
 * Reads a hand from where somebody says it is; runs nothing of it and writes nothing of it.
 *
 * Throws: `invalid_argument`, `path_outside`, `too_large`, `tool_failed`.
 */
export async function readPackage(
  source: PackageSource,
  options: {
    readonly environment: Environment;
    readonly signal: AbortSignal;
    /** The folder of a package that holds several hands. Default: the only one that has a HAND.toml. */
    readonly folder?: string;
    readonly bounds?: PackageBounds;
  },
): Promise<HandPackage> {
  const bounds = options.bounds ?? PACKAGE_BOUNDS;
  const content = await readSource(source, { ...options, bounds });
  const folder = findRoot(content.files, options.folder);
  const inside = content.files
    .filter(({ path }) => folder === "" || path.startsWith(`${folder}/`))
    .map(({ path, content: bytes }) => ({
      path: folder === "" ? path : path.slice(folder.length + 1),
      content: bytes,
    }));
  return {
    files: inside.filter(({ path }) => !isPassedOver(path)),
    leftOut: inside.filter(({ path }) => isPassedOver(path)).map(({ path }) => path),
    commit: content.commit,
    folder,
  };
}

async function readSource(
  source: PackageSource,
  options: {
    readonly environment: Environment;
    readonly signal: AbortSignal;
    readonly bounds: PackageBounds;
  },
): Promise<PackageContent> {
  const { bounds } = options;
  switch (source.kind) {
    case "folder":
      return { files: await readFolder(source.path, bounds), commit: null };
    case "archive":
      if ((await stat(source.path)).size > bounds.archiveBytes)
        throw tooLarge(`is larger than ${bounds.archiveBytes} bytes`);
      return { files: readArchive(await readFile(source.path), bounds), commit: null };
    case "git":
      return await readGit(source, options);
  }
}

/** The folder that has the manifest. */
function findRoot(files: readonly HandFile[], wanted: string | undefined): string {
  const folders = files
    .filter(({ path }) => !isPassedOver(path) && /(^|\/)HAND\.toml$/.test(path))
    .map(({ path }) => path.slice(0, -"/HAND.toml".length));
  const known = folders.map((folder) => (folder === "" ? "." : folder)).join(", ");
  if (wanted !== undefined) {
    const folder = wanted.replace(/^(\.\/)+|\/+$/g, "").replace(/^\.$/, "");
    if (folders.includes(folder)) return folder;
    throw refuse(
      `the package has no HAND.toml in ${JSON.stringify(wanted)}`,
      `It has one in: ${known || "none of its folders"}.`,
    );
  }
  if (folders.includes("")) return "";
  const [only] = folders;
  if (only !== undefined && folders.length === 1) return only;
  if (only === undefined)
    throw refuse("the package has no HAND.toml, so it is no hand", "Is it a hand at all?");
  throw refuse(`the package holds ${folders.length} hands: ${known}`, "Name one of them with --folder.");
}

function refuse(message: string, hint: string): HandsError {
  return new HandsError("invalid_argument", message, { hint });
}

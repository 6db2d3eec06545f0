import { constants, existsSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdir, open } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { HandsError, resolveConfinedPath } from "../../core/index.ts";
import type { ToolContext } from "../types.ts";
import { ensureWorkspace } from "./workspace.ts";

/** An open folder inside a workspace. */
export interface ConfinedDirectory extends AsyncDisposable {
  /** The path of a name in it, for use while it is open; it stays in this folder whatever is moved meanwhile. */
  locate(name: string): string;
}

/** Where a path inside a workspace is. */
export interface ConfinedPlace extends ConfinedDirectory {
  /** The last part of the path. */
  readonly name: string;
  /** The path as people are shown it, relative to the workspace. */
  readonly path: string;
}

/**
 * Opens the folder in which a path of the workspace is; links inside the workspace are followed, none that leads out of it.
 * With `create`, folders that are missing are made.
 *
 * Throws: `path_outside`; `tool_failed` when a folder on the way is missing, or is none.
 */
export async function openParentDirectory(
  context: Pick<ToolContext, "workspace">,
  path: string,
  { create = false }: { readonly create?: boolean } = {},
): Promise<ConfinedPlace> {
  const root = await resolveConfinedPath(await ensureWorkspace(context), ".");
  const real = await resolveConfinedPath(root, path);
  const shown = relative(root, real);
  if (shown === "") {
    throw new HandsError("tool_failed", `${JSON.stringify(path)} is the workspace itself, not a file`, {
      hint: "Pass the path of a file inside the workspace.",
    });
  }
  const directory = await openDirectory(root, relative(root, dirname(real)), create, path);
  return { ...directory, name: basename(real), path: shown };
}

/** Opens a folder of the workspace itself. Throws: as {@link openParentDirectory}. */
export async function openWorkspaceDirectory(
  context: Pick<ToolContext, "workspace">,
  path: string,
): Promise<ConfinedDirectory & { readonly path: string }> {
  const root = await resolveConfinedPath(await ensureWorkspace(context), ".");
  const shown = relative(root, await resolveConfinedPath(root, path));
  return { ...(await openDirectory(root, shown, false, path)), path: shown };
}

/**
 * Walks down from the root. The way has no links any more, so one that is met now was put there since it was checked. On
 * Linux each step starts from the open folder before it (`/proc/self/fd`), so that no folder can be exchanged in between.
 */
async function openDirectory(
  root: string,
  way: string,
  create: boolean,
  asked: string,
): Promise<ConfinedDirectory> {
  let handle = await open(root, DIRECTORY_FLAGS);
  let current = root;
  try {
    for (const name of way.split(sep).filter((part) => part !== "")) {
      const next = locateIn(handle, current, name);
      if (create) await mkdir(next).catch(ignoreExisting);
      const child = await open(next, DIRECTORY_FLAGS);
      await handle.close();
      handle = child;
      current = join(current, name);
    }
  } catch (error) {
    await handle.close();
    throw explainPath(error, asked);
  }
  return {
    locate: (name) => locateIn(handle, current, name),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

function locateIn(handle: FileHandle, path: string, name: string): string {
  return join(existsSync(`/proc/self/fd/${handle.fd}`) ? `/proc/self/fd/${handle.fd}` : path, name);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

const EXPLANATIONS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ["does not exist", "file_list shows what the workspace has."],
  ENOTDIR: ["is below something that is not a folder", "file_list shows what the workspace has."],
  EISDIR: ["is a folder, not a file", "file_list shows what is in it."],
  ELOOP: ["became a link while it was being opened", "Links are not followed."],
  EACCES: ["may not be opened by this program", "The machine's owner has to change its permissions."],
  ENOSPC: ["cannot be written: the disk is full", "Free some space first."],
};

/** An error of the file system about a path that was asked for, as a sentence. */
export function explainPath(error: unknown, path: string): HandsError {
  if (error instanceof HandsError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const [what, hint] = EXPLANATIONS[code] ?? [`cannot be opened (${code || String(error)})`, undefined];
  return new HandsError("tool_failed", `${JSON.stringify(path)} ${what}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

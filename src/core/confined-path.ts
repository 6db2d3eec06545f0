import { lstat, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { HandsError } from "./errors.ts";

/**
 * The absolute path of something inside a folder, following symlinks: `..`, absolute paths and links that lead out are refused.
 * What does not exist yet is judged by its nearest parent that does.
 *
 * Throws: `path_outside`, naming the path as it was given.
 */
export async function resolveConfinedPath(root: string, path: string): Promise<string> {
  if (path.includes("\0")) throw outside(path);
  const realRoot = await realpath(root);
  const wanted = isAbsolute(path) ? resolve(path) : resolve(realRoot, path);
  const real = await realpathOfNearestParent(wanted);
  if (!isInside(realRoot, real)) throw outside(path);
  return real;
}

/** Is the path the folder itself or below it? Both absolute, no link followed. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function realpathOfNearestParent(path: string): Promise<string> {
  const missing: string[] = [];
  let current = path;
  for (;;) {
    const found = await lstat(current).catch(() => undefined);
    // A link that leads nowhere would be followed when it is written to: its target must exist to be judged.
    if (found !== undefined) {
      const real = await realpath(current).catch(() => undefined);
      if (real === undefined) throw outside(path);
      return join(real, ...missing);
    }
    const parent = dirname(current);
    if (parent === current) return path;
    missing.unshift(current.slice(parent.endsWith(sep) ? parent.length : parent.length + 1));
    current = parent;
  }
}

function outside(path: string): HandsError {
  return new HandsError("path_outside", `${JSON.stringify(path)} is outside the folder this hand may use`, {
    hint: "Use a path inside the hand's workspace; links and '..' that lead out of it are not followed.",
  });
}

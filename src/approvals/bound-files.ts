import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { HandsError, hashJson } from "../core/index.ts";
import type { BoundFile } from "./types.ts";

/** Up to this size a file is bound by its content; a folder by as much of its files' content. */
const LARGEST_READ_BYTES = 64 * 1024 * 1024;

/** A folder of more entries is not bound, and so nothing that names it can be asked about. */
const MOST_ENTRIES = 10_000;

/**
 * The files as they are now, in order of their absolute paths, each once; relative paths are below `root`, links are followed. What is too
 * large to be read, or may not be, is bound by size, times and inode, which change at every write and sometimes without one: the
 * approval then has to be asked for anew.
 *
 * Throws: `tool_arguments` for a folder of more than 10,000 entries, and for what can be neither read nor looked at.
 */
export async function hashBoundFiles(
  paths: readonly string[],
  { root }: { readonly root: string },
): Promise<readonly BoundFile[]> {
  const absolute = [...new Set(paths.map((path) => resolve(root, path)))].sort();
  const files: BoundFile[] = [];
  for (const path of absolute) {
    const stats = await lookAt(path);
    files.push({ path, sha256: stats === null ? null : await hashAnything(path, stats) });
  }
  return files;
}

/** What stands at a path, links followed; null where nothing does. Throws: `tool_arguments` where that cannot be told. */
export async function lookAt(path: string): Promise<BigIntStats | null> {
  if (path.includes("\0")) return null;
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (MISSING.has(codeOf(error))) return null;
    throw unbindable(path, error);
  }
}

const MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"]);

async function hashAnything(path: string, stats: BigIntStats): Promise<string> {
  if (stats.isDirectory()) return `tree:${await hashFolder(path)}`;
  return (await hashContent(path, stats, LARGEST_READ_BYTES)) ?? `stat:${hashStats(stats)}`;
}

/** Null where it is not to be read: no regular file, larger than that, or not ours to read. */
async function hashContent(path: string, stats: BigIntStats, mostBytes: number): Promise<string | null> {
  if (!stats.isFile() || stats.size > BigInt(mostBytes)) return null;
  try {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest("hex");
  } catch (error) {
    if (codeOf(error) === "EACCES" || codeOf(error) === "EPERM") return null;
    throw unbindable(path, error);
  }
}

async function hashFolder(folder: string): Promise<string> {
  let entries: { parentPath: string; name: string }[];
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw unbindable(folder, error);
  }
  if (entries.length > MOST_ENTRIES) {
    throw new HandsError(
      "tool_arguments",
      `${folder} holds more than 10,000 files, too many to bind an approval to`,
      {
        hint: "Name the files that matter, or a smaller folder.",
      },
    );
  }
  let bytesLeft = LARGEST_READ_BYTES;
  const lines: (readonly [string, string])[] = [];
  for (const path of entries.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    const stats = await lookAt(path);
    const name = path.slice(folder.length);
    if (stats === null || stats.isDirectory()) {
      lines.push([name, stats === null ? "missing" : "folder"]);
      continue;
    }
    const content = await hashContent(path, stats, bytesLeft);
    if (content !== null) bytesLeft -= Number(stats.size);
    lines.push([name, content ?? `stat:${hashStats(stats)}`]);
  }
  return hashJson(lines);
}

function hashStats({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return hashJson([dev, ino, mode, size, mtimeNs, ctimeNs].map(String));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function unbindable(path: string, cause: unknown): HandsError {
  return new HandsError("tool_arguments", `${path} cannot be read, so no approval can be bound to it`, {
    cause,
  });
}

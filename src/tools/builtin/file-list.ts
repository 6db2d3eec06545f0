import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import type { ToolContext } from "../types.ts";
import type { ConfinedDirectory } from "./confined-directory.ts";
import { explainPath, openWorkspaceDirectory } from "./confined-directory.ts";

/** One thing in a workspace. */
interface FileEntry {
  readonly path: string;
  readonly type: "file" | "folder" | "link" | "other";
  readonly byteLength: number;
  readonly modifiedAt: string;
}

/** Lists the hand's workspace. */
export const fileList = defineTool({
  name: "file_list",
  description:
    "Lists the files and folders of your workspace, sorted by path. Links are listed and not followed.",
  effect: "read",
  confinedTo: "workspace",
  input: z.strictObject({
    path: z
      .string()
      .min(1)
      .max(1000)
      .default(".")
      .describe("A folder of your workspace. Default: all of it."),
    recursive: z.boolean().default(false).describe("Also what is in its folders?"),
    limit: z.int().min(1).max(2000).default(500),
  }),
  async execute({ path, recursive, limit }, context) {
    const entries: FileEntry[] = [];
    const folders = [path];
    let isTruncated = false;
    for (let folder = folders.shift(); folder !== undefined && !isTruncated; folder = folders.shift()) {
      context.signal.throwIfAborted();
      for await (const entry of readFolder(context, folder)) {
        isTruncated = entries.length === limit;
        if (isTruncated) break;
        entries.push(entry);
        if (recursive && entry.type === "folder") folders.push(entry.path);
      }
    }
    entries.sort((left, right) => (left.path < right.path ? -1 : 1));
    return { entries, truncated: isTruncated };
  },
});

async function* readFolder(context: ToolContext, folder: string): AsyncGenerator<FileEntry> {
  await using directory = await openWorkspaceDirectory(context, folder);
  for (const name of await readNames(directory, folder)) {
    // Gone since its folder was read.
    const stats = await lstat(directory.locate(name)).catch(() => null);
    if (stats === null) continue;
    const type = stats.isFile()
      ? "file"
      : stats.isDirectory()
        ? "folder"
        : stats.isSymbolicLink()
          ? "link"
          : "other";
    yield {
      path: join(directory.path, name),
      type,
      byteLength: stats.size,
      modifiedAt: stats.mtime.toISOString(),
    };
  }
}

async function readNames(directory: ConfinedDirectory, folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory.locate("."))).sort();
  } catch (error) {
    throw explainPath(error, folder);
  }
}

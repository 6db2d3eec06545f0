import { statfs } from "node:fs/promises";
import { parse } from "node:path";
import { z } from "zod";
import { describeError, HandsError } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { ensureWorkspace } from "./workspace.ts";

/** The space of one file system, or why it could not be measured. */
type DiskSpace =
  | {
      readonly path: string;
      readonly totalBytes: number;
      readonly usedBytes: number;
      /** What a process without privileges may still use. */
      readonly freeBytes: number;
      readonly usedPercent: number;
    }
  | { readonly path: string; readonly error: string };

/** How full this machine's disks are. */
export const diskCheck = defineTool({
  name: "disk_check",
  description:
    "Measures how full the disks of this machine are: total, used and free bytes and used percent of the file system of each path.",
  effect: "read",
  input: z.strictObject({
    paths: z
      .array(z.string().min(1).startsWith("/", "must be an absolute path"))
      .min(1)
      .max(20)
      .optional()
      .describe("Absolute paths. Default: the root and the disk of your workspace."),
  }),
  async execute({ paths }, context) {
    const wanted = paths ?? [...new Set([parse(context.workspace).root, await ensureWorkspace(context)])];
    const disks = await Promise.all(wanted.map(measureDisk));
    const failures = disks.filter((disk) => "error" in disk);
    if (failures.length === disks.length) {
      throw new HandsError(
        "tool_failed",
        `No disk could be measured: ${failures.map((disk) => disk.error).join("; ")}`,
        {
          hint: "Pass paths that exist on this machine.",
        },
      );
    }
    return { disks };
  },
});

async function measureDisk(path: string): Promise<DiskSpace> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(path);
    const usedBlocks = blocks - bfree;
    // As df does: blocks that are kept for root are neither used nor free.
    const usable = usedBlocks + bavail;
    return {
      path,
      totalBytes: blocks * bsize,
      usedBytes: usedBlocks * bsize,
      freeBytes: bavail * bsize,
      usedPercent: usable === 0 ? 0 : Math.round((usedBlocks / usable) * 1000) / 10,
    };
  } catch (error) {
    return { path, error: describeError(error) };
  }
}

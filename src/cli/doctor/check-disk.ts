import { statfs } from "node:fs/promises";
import type { Finding } from "./finding.ts";

const MB = 1_000_000;
/** Less than this fills up in a bad night. */
const FEW_BYTES = 1000 * MB;
const TOO_FEW_BYTES = 100 * MB;

/** Whether there is room for database and workspaces where they are kept. */
export async function checkDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  return judgeSpace(folder, bavail * bsize);
}

export function judgeSpace(folder: string, freeBytes: number): Finding {
  const free =
    freeBytes >= 1000 * MB
      ? `${(freeBytes / (1000 * MB)).toFixed(1)} GB`
      : `${Math.floor(freeBytes / MB)} MB`;
  const message = `${free} free in ${folder}`;
  if (freeBytes >= FEW_BYTES) return { status: "ok", message, hint: null };
  return {
    status: freeBytes < TOO_FEW_BYTES ? "failed" : "warning",
    message,
    hint: "Make room: a full disk stops every hand. `hands prune --dry-run` says what [retention] would let go.",
  };
}

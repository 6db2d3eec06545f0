import { constants } from "node:fs";
import { lstat, open, rename, rm } from "node:fs/promises";
import { z } from "zod";
import type { Random } from "../../core/index.ts";
import { HandsError } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { explainPath, openParentDirectory } from "./confined-directory.ts";
import { workspacePath } from "./workspace-path.ts";

const MAX_WRITE_BYTES = 5_000_000;

/** Writes a whole file of the hand's workspace. There is no appending: done twice it would not be the same as done once. */
export function createFileWrite(random: Random) {
  return defineTool({
    name: "file_write",
    description:
      "Writes a file of your workspace, whole: what was there before is replaced, folders that are missing are made. To add to a file, read it first and write all of it.",
    effect: "write",
    idempotent: true,
    confinedTo: "workspace",
    input: z.strictObject({
      path: workspacePath,
      content: z
        .string()
        .refine(
          (text) => Buffer.byteLength(text) <= MAX_WRITE_BYTES,
          `must have at most ${MAX_WRITE_BYTES} bytes`,
        ),
      encoding: z
        .enum(["utf8", "base64"])
        .default("utf8")
        .describe("How content is written here; base64 for what is not text."),
    }),
    async execute({ path, content, encoding }, context) {
      const bytes = Buffer.from(content, encoding);
      await using place = await openParentDirectory(context, path, { create: true });
      const target = place.locate(place.name);
      const temporary = place.locate(`.hands-${Buffer.from(random.bytes(9)).toString("base64url")}.tmp`);
      try {
        const mode = await findMode(target, path);
        await writeWhole(temporary, bytes, mode);
        context.signal.throwIfAborted();
        // Readers see the old file or the new one, and a link of that name is replaced, not followed.
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        if (context.signal.aborted) throw context.signal.reason;
        throw explainPath(error, path);
      }
      return { path: place.path, byteLength: bytes.byteLength };
    },
  });
}

/** The permissions of the file that is replaced. */
async function findMode(target: string, path: string): Promise<number> {
  const stats = await lstat(target).catch(() => null);
  if (stats === null) return 0o644;
  if (stats.isDirectory()) {
    throw new HandsError("tool_failed", `${JSON.stringify(path)} is a folder, not a file`, {
      hint: "Choose another name.",
    });
  }
  return stats.isFile() ? stats.mode & 0o777 : 0o644;
}

async function writeWhole(path: string, bytes: Buffer, mode: number): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  await using file = await open(path, flags, mode);
  await file.writeFile(bytes);
  // The journal will say that this was done, also after a power cut.
  await file.sync();
}

import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { z } from "zod";
import { HandsError } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { explainPath, openParentDirectory } from "./confined-directory.ts";
import { workspacePath } from "./workspace-path.ts";

const MAX_READ_BYTES = 500_000;

/** Reads a file of the hand's workspace. */
export const fileRead = defineTool({
  name: "file_read",
  description:
    "Reads a file of your workspace. Long files come in pieces: pass the nextOffset of one answer as offset to go on; null means the end was reached.",
  effect: "read",
  // What is in the workspace may have come from anywhere: a program, a download, an execution that read a page.
  untrusted: true,
  confinedTo: "workspace",
  input: z.strictObject({
    path: workspacePath,
    offset: z.int().min(0).default(0).describe("Where to begin, in bytes."),
    maxBytes: z.int().min(4).max(MAX_READ_BYTES).default(100_000),
    encoding: z.enum(["utf8", "base64"]).default("utf8").describe("base64 for what is not text."),
  }),
  async execute({ path, offset, maxBytes, encoding }, context) {
    await using place = await openParentDirectory(context, path);
    await using file = await openFile(place.locate(place.name), path);
    const { size: byteLength } = await file.stat();
    const bytes = await readPiece(file, offset, maxBytes);
    const isEnd = offset + bytes.length >= byteLength;
    if (encoding === "base64") {
      const nextOffset = isEnd ? null : offset + bytes.length;
      return {
        path: place.path,
        byteLength,
        offset,
        nextOffset,
        encoding,
        content: bytes.toString("base64"),
      };
    }
    const content = decodeText(bytes, isEnd, path);
    const nextOffset = isEnd ? null : offset + Buffer.byteLength(content);
    return { path: place.path, byteLength, offset, nextOffset, encoding, content };
  },
});

/** Never a link that was put there meanwhile, nor a pipe or a device, which might never answer. */
async function openFile(location: string, path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(location, flags).catch((error: unknown) => {
    throw explainPath(error, path);
  });
  const stats = await file.stat();
  if (stats.isFile()) return file;
  await file.close();
  throw new HandsError(
    "tool_failed",
    `${JSON.stringify(path)} is ${stats.isDirectory() ? "a folder" : "no file"}`,
    {
      hint: "file_list shows what the workspace has.",
    },
  );
}

async function readPiece(file: FileHandle, offset: number, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(maxBytes);
  let filled = 0;
  while (filled < maxBytes) {
    const { bytesRead } = await file.read(buffer, filled, maxBytes - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** A character that the piece's end cuts in two is left for the next piece. */
function decodeText(bytes: Buffer, isEnd: boolean, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !isEnd });
  } catch (cause) {
    throw notText(path, cause);
  }
}

function notText(path: string, cause: unknown): HandsError {
  return new HandsError("tool_failed", `${JSON.stringify(path)} is not text in UTF-8 at this place`, {
    hint: 'Read it with encoding "base64".',
    cause,
  });
}

import { copyFile, link, mkdir, stat, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { defineTool } from "hands";
import { z } from "zod";

/** One step of a path: no way up, and nothing hidden. */
const name = z.string().regex(/^[^./\\\0][^/\\\0]*$/, "must be a plain name, without / or a leading dot");

/**
 * Moves files from the inbox into folders below `sorted`, both of which only the manifest says. Nothing is overwritten, and a move that
 * was interrupted may simply run again.
 */
export default defineTool({
  name: "move_files",
  description: "Moves files from the inbox into folders of the sorted place. Never overwrites.",
  effect: "write",
  idempotent: true,
  input: z.strictObject({
    inbox: z.string().describe("Where they are. It has to be the inbox of the hand's parameters."),
    moves: z
      .array(z.strictObject({ file: name, folder: name }))
      .min(1)
      .max(500)
      .describe("Edit the folders, or take moves out, as you like."),
  }),
  // The approval is for these files as they are: one that changes before it is given is asked about again.
  files: ({ inbox, moves }) => moves.map(({ file }) => join(inbox, file)),
  async execute({ inbox, moves }, { parameters, workspace, signal }) {
    if (inbox !== parameters["inbox"]) throw new Error(`${inbox} is not the inbox of this hand`);
    const results: { file: string; folder: string; result: string }[] = [];
    for (const { file, folder } of moves) {
      signal.throwIfAborted();
      const target = resolve(workspace, String(parameters["sorted"]), folder);
      await mkdir(target, { recursive: true });
      results.push({ file, folder, result: await move(resolve(workspace, inbox, file), join(target, file)) });
    }
    return { results };
  },
});

/** A link and not a rename, because a rename replaces what is there. */
async function move(from: string, to: string): Promise<"moved" | "exists" | "gone"> {
  const outcome = await link(from, to).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
  switch (outcome) {
    case undefined:
      break;
    case "ENOENT":
      return (await identify(to)) === null ? "gone" : "moved";
    case "EEXIST":
      // The same file under both names is a move that was interrupted here.
      if ((await identify(from)) !== (await identify(to))) return "exists";
      break;
    case "EXDEV":
      if (!(await copy(from, to))) return "exists";
      break;
    default:
      throw new Error(`${from} cannot be moved to ${to}: ${outcome}`);
  }
  await unlink(from);
  return "moved";
}

/** To another disk: under a name of its own until it is whole. */
async function copy(from: string, to: string): Promise<boolean> {
  const part = `${to}.part`;
  await copyFile(from, part);
  try {
    await link(part, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(part);
  }
}

/** The same for two names of one file; null for no file. */
async function identify(path: string): Promise<string | null> {
  const stats = await stat(path).catch(() => null);
  return stats === null ? null : `${stats.dev}:${stats.ino}`;
}

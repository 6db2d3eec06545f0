import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { defineTool } from "hands";
import { z } from "zod";

/** What is in a folder of backups. A folder that is missing is a result: it is what one wants to know. */
export default defineTool({
  name: "inspect_backups",
  description: "Lists the backups in a folder, newest first, and verifies the newest one's checksum.",
  effect: "read",
  timeoutMs: 60 * 60 * 1000,
  input: z.strictObject({
    folder: z.string().refine(isAbsolute, "must be an absolute path"),
    files: z.string().regex(/^[^/\\]+$/, "must be a name, in which * stands for anything"),
    verifyChecksum: z.boolean(),
  }),
  async execute({ folder, files, verifyChecksum }, { signal }) {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => error);
    if (names instanceof Error)
      return { problem: `${names.code ?? names.message}`, found: [], checksum: null };
    const pattern = new RegExp(`^${files.split("*").map(quoteForPattern).join(".*")}$`, "s");
    const matching = names.filter((name) => pattern.test(name) && !name.endsWith(".sha256"));
    const entries = await Promise.all(matching.map((name) => measure(join(folder, name), name)));
    const found = entries.flat().sort((left, right) => (left.modifiedAt < right.modifiedAt ? 1 : -1));
    const [newest] = found;
    const checksum =
      newest === undefined || !verifyChecksum ? null : await verify(join(folder, newest.name), signal);
    return { problem: null, found: found.slice(0, 100), count: found.length, checksum };
  },
});

/** One file; none where it is a folder, or is gone since it was listed. */
async function measure(path: string, name: string) {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (stats === null || !stats.isFile()) return [];
  return [{ name, modifiedAt: stats.mtime.toISOString(), byteLength: stats.size }];
}

/** Source of the sidecar's form: sha256sum(1), the digest in hexadecimal first. */
async function verify(path: string, signal: AbortSignal): Promise<"matches" | "differs" | "missing"> {
  const text = await readFile(`${path}.sha256`, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return "missing";
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal });
  return text.trim().split(/\s+/)[0]?.toLowerCase() === hash.digest("hex") ? "matches" : "differs";
}

function quoteForPattern(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

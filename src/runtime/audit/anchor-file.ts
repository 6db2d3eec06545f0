import { open, readFile } from "node:fs/promises";
import { z } from "zod";
import { describeError, HandsError } from "../../core/index.ts";
import type { ChainAnchor } from "../../store/index.ts";

const anchor = z.strictObject({
  position: z.int().min(0),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  at: z.iso.datetime(),
});

/** Adds a line, and returns when it is on the disk. */
export async function appendAnchor(path: string, { position, hash, at }: ChainAnchor): Promise<void> {
  await using file = await open(path, "a", 0o600);
  await file.writeFile(`${JSON.stringify({ position, hash, at })}\n`);
  await file.sync();
}

/**
 * The heads that a file keeps, one JSON object a line. A last line that a crash cut off is no anchor.
 *
 * Throws: `invalid_argument` where it cannot be read.
 */
export async function readAnchors(path: string): Promise<readonly ChainAnchor[]> {
  try {
    const lines = (await readFile(path, "utf8")).split("\n");
    return lines.slice(0, -1).map((line) => anchor.parse(JSON.parse(line)));
  } catch (error) {
    throw new HandsError(
      "invalid_argument",
      `the anchors of ${path} cannot be read: ${describeError(error)}`,
      {
        hint: 'Each line is { "position", "hash", "at" }, as `hands audit head --json` prints it.',
        cause: error,
      },
    );
  }
}

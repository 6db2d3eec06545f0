import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { describeError, HandsError } from "../../core/index.ts";

/** Lies in the hands folder, beside the folders that it speaks of. */
export const INSTALLED_FILE = "installed.json";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const installedHand = z.strictObject({
  /** Where it came from, as it was given: a path or an address without its password. */
  source: z.string(),
  /** The commit, of a Git repository. */
  commit: z.string().nullable(),
  /** Of the folder as it was installed. */
  hash,
  installedAt: z.iso.datetime(),
  installedBy: z.string(),
  /** Null until somebody trusts it. Its code runs only while the folder has exactly these files. */
  trusted: z
    .strictObject({
      hash,
      at: z.iso.datetime(),
      by: z.string(),
      files: z.array(z.strictObject({ path: z.string(), sha256: hash })).readonly(),
    })
    .nullable(),
});

const installedFile = z.strictObject({
  version: z.literal(1),
  hands: z.array(installedHand.extend({ folder: z.string().min(1) })).readonly(),
});

/** One hand that came from elsewhere. */
export type InstalledHand = z.infer<typeof installedFile>["hands"][number];

/** Gives the hands of a folder that came from elsewhere. */
export type ReadInstalled = (handsDir: string) => Promise<readonly InstalledHand[]>;

/**
 * The hands of a folder that came from elsewhere. None where nothing was ever installed.
 *
 * Throws: `invalid_configuration` where the list cannot be read: then nobody can say which hands are trusted.
 */
export async function readInstalledHands(handsDir: string): Promise<readonly InstalledHand[]> {
  const path = join(handsDir, INSTALLED_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw unreadable(path, error);
  }
  try {
    return installedFile.parse(JSON.parse(text)).hands;
  } catch (error) {
    throw unreadable(path, error instanceof z.ZodError ? new Error(z.prettifyError(error)) : error);
  }
}

/** Replaces the list as a whole. */
export async function writeInstalledHands(
  handsDir: string,
  hands: readonly InstalledHand[],
  uniqueName: string,
): Promise<void> {
  const sorted = hands.toSorted((left, right) => (left.folder < right.folder ? -1 : 1));
  const temporary = join(handsDir, `.${INSTALLED_FILE}.${uniqueName}`);
  try {
    await writeFile(temporary, `${JSON.stringify({ version: 1, hands: sorted }, null, 2)}\n`, { flag: "wx" });
    await rename(temporary, join(handsDir, INSTALLED_FILE));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function unreadable(path: string, cause: unknown): HandsError {
  return new HandsError(
    "invalid_configuration",
    `${path} cannot be read, so nobody can say which hands are trusted: ${describeError(cause)}`,
    { hint: "Restore it from where you keep the hands folder, or mend it; hands run again then.", cause },
  );
}

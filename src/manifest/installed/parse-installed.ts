import { z } from "zod";

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

/** The hands that a list names. Throws where it is no such list; the message says why. */
export function parseInstalled(text: string): readonly InstalledHand[] {
  const read = installedFile.safeParse(JSON.parse(text));
  if (!read.success) throw new Error(z.prettifyError(read.error));
  return read.data.hands;
}

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { describeError, HandsError } from "../core/index.ts";
import type { Recording } from "./types.ts";
import { RECORDING_FORMAT } from "./types.ts";

/**
 * The folder of a hand's recordings. Hidden, because a hand's version is the hash of everything in its folder that is not: a test that is
 * added or brought up to date makes no other hand of it, asks nobody anew, and is copied with the folder all the same.
 */
const FOLDER = ".recordings";

/** What has to be right before anything is believed of a file; the rest is compared. */
const recordingSchema = z.looseObject({
  format: z.literal(RECORDING_FORMAT),
  handName: z.string(),
  executionId: z.string(),
  trigger: z.string(),
  scheduledFor: z.string().nullable(),
  startedAt: z.iso.datetime(),
  parameters: z.record(z.string(), z.unknown()).nullable(),
  steps: z.array(
    z.looseObject({
      index: z.int(),
      name: z.string(),
      kind: z.enum(["value", "model", "tool", "wait", "delivery"]),
    }),
  ),
  outcome: z.string(),
  output: z.string(),
  deliveries: z.array(z.looseObject({ channel: z.string(), format: z.string() })),
});

/** Where a recording is kept: a plain name is a file of the hand's recordings, anything else a path below `cwd`. */
export function resolveRecordingPath(
  recording: Pick<Recording, "startedAt" | "executionId">,
  places: { readonly handDir: string; readonly cwd: string; readonly written: string | null },
): string {
  const { handDir, cwd, written } = places;
  if (written !== null && /[\\/]|\.json$/.test(written)) return resolve(cwd, written);
  const name = written ?? `${recording.startedAt.slice(0, 10)}-${recording.executionId.slice(-6)}`;
  return join(handDir, FOLDER, `${name}.json`);
}

/** Writes a recording so that a change of it reads as one in a diff. */
export async function writeRecording(path: string, recording: Recording): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(recording, null, 2)}\n`);
}

/** Throws: `invalid_argument` for what is no recording. */
export async function readRecording(path: string): Promise<Recording> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new HandsError(
      "invalid_argument",
      `${path} cannot be read as a recording: ${describeError(error)}`,
      {
        hint: "Make it again with `hands run NAME --record`.",
      },
    );
  }
  const checked = recordingSchema.safeParse(value);
  if (checked.success) return value as Recording;
  const [issue] = checked.error.issues;
  throw new HandsError(
    "invalid_argument",
    `${path} is no recording of this version: ${issue?.path.join(".") || "the file"}: ${issue?.message ?? "it cannot be read"}`,
    { hint: "Make it again with `hands run NAME --record`." },
  );
}

/** The recordings of a hand, by path, in the order of their names. */
export async function listRecordings(handDir: string): Promise<readonly string[]> {
  const folder = join(handDir, FOLDER);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
}

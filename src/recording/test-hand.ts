import { basename } from "node:path";
import { listRecordings, readRecording, writeRecording } from "./recording-file.ts";
import type { ReplayOptions } from "./replay.ts";
import { replayRecording } from "./replay.ts";
import type { Difference } from "./types.ts";

/** One recording of a hand, run again. */
export interface HandTest {
  /** The recording's name. */
  readonly name: string;
  /** Absolute path of the recording. */
  readonly path: string;
  readonly differences: readonly Difference[];
  /** False where its behaviour changed. */
  readonly hasPassed: boolean;
  /** The recording was written anew, with what the hand does now. */
  readonly isUpdated: boolean;
  /** Could not be brought up to date: the hand calls for something that was never recorded. */
  readonly needsRecording: boolean;
}

/**
 * Runs a hand against its recordings, with no model, no network and no effect. With `update`, recordings whose replies and results still
 * fit are written anew.
 *
 * Throws: `hand_broken`; `invalid_argument` for a file that is no recording.
 */
export async function testHand(
  options: ReplayOptions & { readonly update?: boolean },
): Promise<readonly HandTest[]> {
  const tests: HandTest[] = [];
  for (const path of await listRecordings(options.handDir)) {
    const recorded = await readRecording(path);
    const { differences, recording, isWhole } = await replayRecording(recorded, options);
    const isUpdated = options.update === true && differences.length > 0 && isWhole;
    if (isUpdated) await writeRecording(path, recording);
    tests.push({
      name: basename(path, ".json"),
      path,
      differences,
      hasPassed: isUpdated || !differences.some(({ isFailure }) => isFailure),
      isUpdated,
      needsRecording: options.update === true && !isWhole,
    });
  }
  return tests;
}

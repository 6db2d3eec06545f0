import { join } from "node:path";
import { expect } from "vitest";
import { readEnvironment } from "../../src/core/index.ts";
import {
  recordExecution,
  resolveRecordingPath,
  testHand,
  writeRecording,
} from "../../src/recording/index.ts";
import type { RunnerBench } from "../support/runner-bench.ts";
import { EXAMPLES_DIR } from "./example-bench.ts";

/**
 * Runs an ended execution of an example again, which must go as it went; with HANDS_UPDATE_RECORDINGS=1 it becomes the recording of that
 * name in the example's own folder.
 */
export async function keepRecording(bench: RunnerBench, executionId: string, written: string): Promise<void> {
  const { recording, replay } = await recordExecution(bench.store, executionId, {});
  expect(replay.differences).toEqual([]);
  if (readEnvironment()["HANDS_UPDATE_RECORDINGS"] !== "1") return;
  const handDir = join(EXAMPLES_DIR, recording.handName);
  await writeRecording(resolveRecordingPath(recording, { handDir, cwd: handDir, written }), recording);
  // The copy that ran had a loopback server in its manifest: the prompt that is kept is that of the example itself.
  await testHand({ handDir, update: true });
}

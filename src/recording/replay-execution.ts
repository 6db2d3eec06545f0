import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redactor } from "../core/index.ts";
import { PROJECT_TOOLS_FOLDER } from "../manifest/index.ts";
import { unpackKeptVersion } from "../runner/index.ts";
import type { Store } from "../store/index.ts";
import { createRecording } from "./create-recording.ts";
import type { ReplayOptions } from "./replay.ts";
import { replayRecording } from "./replay.ts";
import type { Recording, ReplayResult } from "./types.ts";

/** A recording that was run once on its own version. */
export interface RecordedExecution {
  /** With what the model was asked. */
  readonly recording: Recording;
  /** How the run went; differences here mean that the hand does not do the same twice. */
  readonly replay: ReplayResult;
}

/**
 * Makes a recording of an ended execution and runs it again on the version it ran on.
 *
 * Throws: as {@link createRecording}; `hand_broken` where that version is not kept.
 */
export async function recordExecution(
  store: Store,
  executionId: string,
  options: Omit<ReplayOptions, "handDir"> & { readonly redactor?: Pick<Redactor, "value"> },
): Promise<RecordedExecution> {
  const plain = await createRecording(store, executionId, options.redactor);
  const dir = await mkdtemp(join(tmpdir(), "hands-version-"));
  try {
    const handDir = join(dir, plain.handName);
    await unpackKeptVersion(store, plain.versionHash ?? "", handDir);
    const replay = await replayRecording(plain, {
      ...options,
      handDir,
      projectToolsDir: join(handDir, PROJECT_TOOLS_FOLDER),
    });
    return { recording: withQuestions(plain, replay.recording), replay };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function withQuestions(recording: Recording, run: Recording): Recording {
  return {
    ...recording,
    steps: recording.steps.map((step) => {
      const asked = run.steps.find((other) => other.index === step.index);
      return step.kind === "model" && asked?.kind === "model" ? { ...step, asked: asked.asked } : step;
    }),
  };
}

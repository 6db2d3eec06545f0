import path from "node:path";
import type { HandTest } from "../../src/recording/index.ts";
import {
  recordExecution,
  resolveRecordingPath,
  testHand,
  writeRecording,
} from "../../src/recording/index.ts";
import type { RunnerBench, RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";

/** A runner bench whose executions are recorded into the hands' own folders, and tested against them. */
export interface RecordingBench extends RunnerBench {
  /** Records an ended execution under a name; gives where its first replay differs. */
  record(executionId: string, name?: string): ReturnType<typeof recordExecution>;
  test(name: string, options?: { readonly update?: boolean }): Promise<readonly HandTest[]>;
}

export async function openRecordingBench(options: RunnerBenchOptions = {}): Promise<RecordingBench> {
  const bench = await openRunnerBench(options);
  const tools = options.extraTools ?? [];
  const dirOf = (name: string) => path.join(bench.dir, "hands", name);
  return {
    ...bench,
    async record(executionId, name = "first") {
      const recorded = await recordExecution(bench.store, executionId, { tools });
      const { recording } = recorded;
      const places = { handDir: dirOf(recording.handName), cwd: bench.dir, written: name };
      await writeRecording(resolveRecordingPath(recording, places), recording);
      return recorded;
    },
    test: (name, more = {}) => testHand({ handDir: dirOf(name), tools, ...more }),
  };
}

export { createDryStandIns } from "./dry-stand-ins.ts";
export { listRecordings, resolveRecordingPath, writeRecording } from "./recording-file.ts";
export { type ReplayOptions, replayRecording } from "./replay.ts";
export { createReplayClock } from "./replay-clock.ts";
export { type RecordedExecution, recordExecution } from "./replay-execution.ts";
export { type HandTest, testHand } from "./test-hand.ts";
export type { Difference, Recording, ReplayResult } from "./types.ts";

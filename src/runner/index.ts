export { EXECUTION_TRANSITIONS, STEP_TRANSITIONS } from "./execution-transitions.ts";
export { HandRunner } from "./runner.ts";
export type { HandDirectory, HandLookup, RunnerParts, StartRequest } from "./types.ts";

export type { HandCode, HandCodeHost, ScriptCall, ScriptMessage, ScriptOutcome, ScriptRun, ScriptStart } from "./types.ts";

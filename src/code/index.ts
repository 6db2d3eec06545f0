export type {
  ApproveResult,
  AskOptions,
  HandContext,
  HandLogFunction,
  HandScript,
  StepContext,
  StepOptions,
} from "./hand-context.ts";
export { createHandCodeHost, type HandCodeHostSettings } from "./host.ts";
export type {
  CodeConfinement,
  HandCode,
  HandCodeHost,
  HandCodeVersion,
  ScriptCall,
  ScriptLogLevel,
  ScriptMessage,
  ScriptOutcome,
  ScriptRun,
  ScriptStart,
  ScriptValue,
  ScriptValueName,
} from "./types.ts";

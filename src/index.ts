export type {
  ApproveResult,
  AskOptions,
  HandContext,
  HandLogFunction,
  HandScript,
  StepContext,
  StepOptions,
} from "./code/index.ts";
export {
  type Clock,
  type ErrorCode,
  HandsError,
  type JsonObject,
  type JsonValue,
  type Logger,
  silentLogger,
  systemClock,
} from "./core/index.ts";
export {
  type ApprovalGate,
  type Diagnostic,
  formatDiagnostic,
  type HandConfig,
  type OutputConfig,
  type ParsedManifest,
  parseManifest,
  type ToolRequirement,
  type TriggerType,
} from "./manifest/index.ts";
export { createScriptedModel, createScriptedProvider, type ScriptedReply } from "./models/index.ts";
export { type Difference, type HandTest, type ReplayOptions, testHand } from "./recording/index.ts";
export {
  type ApprovalRequest,
  type HandExecution,
  HandNotFoundError,
  HandRegistry,
  HandRegistryError,
  type HandRegistryOptions,
  type HandState,
  HandValidationError,
} from "./registry/index.ts";
export { HandRunner, type RunnerParts, type StartRequest } from "./runner/index.ts";
export {
  createRuntime,
  loadProjectConfig,
  type ProjectConfig,
  type Runtime,
  type RuntimeOptions,
  type RuntimeRoles,
} from "./runtime/index.ts";
export {
  compileSchedule,
  describeSchedule,
  nextFires,
  type Schedule,
  type ScheduleConfig,
} from "./schedule/index.ts";
export { HandScheduler, type HandSchedulerOptions, type ScheduledJob } from "./scheduler/index.ts";
export {
  type ApprovalStatus,
  type Effect,
  type ExecutionJson,
  type HandOutcome,
  type HandStatus,
  openStore,
  type StepJson,
  type Store,
} from "./store/index.ts";
export { defineTool, type ToolContext, type ToolDefinition } from "./tools/index.ts";

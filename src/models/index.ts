export { checkModelServer } from "./check-model-server.ts";
export { createModelProvider, type ModelProviderOptions } from "./create-model-provider.ts";
export type { Fetch } from "./language-model.ts";
export { explainMissing } from "./model-configuration.ts";
export { KEY_VARIABLES } from "./providers.ts";
export {
  createRecordedModel,
  type RecordedModel,
  type RecordedReply,
  type RequestHashes,
} from "./recorded-model.ts";
export type {
  CountedRequest,
  LimitedRequest,
  ProviderLimits,
  RequestCounter,
} from "./request-counter.ts";
export {
  createScriptedModel,
  createScriptedProvider,
  type ScriptedModel,
  type ScriptedModelOptions,
  type ScriptedReply,
  type ScriptedToolCall,
} from "./scripted-model.ts";
export type {
  ModelClient,
  ModelFailureDetails,
  ModelFailureReason,
  ModelFinishReason,
  ModelMessage,
  ModelPrice,
  ModelProvider,
  ModelProviderSettings,
  ModelReply,
  ModelRequest,
  ModelSettings,
  ModelTool,
  ModelToolCall,
  ModelUsage,
  PassedModel,
} from "./types.ts";
export { DEFAULT_MAX_OUTPUT_TOKENS } from "./usage-estimate.ts";

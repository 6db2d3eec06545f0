export type {
  ModelClient,
  ModelMessage,
  ModelProvider,
  ModelReply,
  ModelRequest,
  ModelSettings,
  ModelTool,
  ModelToolCall,
  ModelUsage,
} from "./types.ts";

export { defineTool } from "./define-tool.ts";
export type {
  CallableTool,
  Confinement,
  DatabaseHealth,
  HandMemory,
  ParsedArguments,
  ToolContext,
  ToolDefinition,
  ToolDescriptor,
  ToolOrigin,
} from "./types.ts";

export { boundResult, MAX_RESULT_BYTES } from "./bound-result.ts";
export { BUILTIN_CATALOG } from "./builtin/builtin-catalog.ts";
export { type BuiltinToolSettings, createBuiltinTools } from "./builtin/create-builtin-tools.ts";
export { defineTool } from "./define-tool.ts";
export { findProgram } from "./find-program.ts";
export { createMcpHost, type McpHostParts } from "./mcp/create-mcp-host.ts";
export type {
  McpHost,
  McpServerDefinition,
  McpServerSettings,
  McpServerUse,
  McpTransportSettings,
  RunningMcpServer,
} from "./mcp/types.ts";
export { type BoundedFetch, type BoundedFetchOptions, createBoundedFetch } from "./network/bounded-fetch.ts";
export type { LookupAddresses } from "./network/guarded-lookup.ts";
export { createSandbox } from "./sandbox/create-sandbox.ts";
export type { Confine, Sandbox, SandboxProfile } from "./sandbox/types.ts";
export { type ToolSource, toCallableTool } from "./to-callable-tool.ts";
export { createToolRegistry, type ToolRegistry } from "./tool-registry.ts";
export type {
  CallableTool,
  Confinement,
  DatabaseHealth,
  HandMemory,
  ParsedArguments,
  ProgramPorts,
  ToolContext,
  ToolDefinition,
  ToolDescriptor,
  ToolOrigin,
} from "./types.ts";

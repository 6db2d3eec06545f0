export { BUILTIN_CATALOG } from "../tools/index.ts";
export { readAnchors } from "./audit/anchor-file.ts";
export { readAuditRecord } from "./audit/audit-record.ts";
export { readBuiltinCatalog } from "./builtin-catalog.ts";
export { checkDatabase } from "./check-database.ts";
export { checkHandCode } from "./check-hand-code.ts";
export { checkMcpServers, type McpServerReport } from "./check-mcp-servers.ts";
export { checkModel } from "./check-model.ts";
export { createChannels } from "./create-channels.ts";
export { createInspection } from "./create-inspection.ts";
export { createRuntime } from "./create-runtime.ts";
export { explainMissingModel } from "./explain-missing-model.ts";
export { findMissingRequirements } from "./find-missing-requirements.ts";
export {
  type LoadedProjectConfig,
  type LoadProjectOptions,
  loadProjectConfig,
  type ProjectFlags,
} from "./load-project-config.ts";
export { openMachineSandbox } from "./machine-sandbox.ts";
export { PROGRAM_BUILD, PROGRAM_VERSION } from "./program-version.ts";
export type { ChannelConfig, ProjectConfig } from "./project-config.ts";
export { readBudgets } from "./read-budgets.ts";
export { type HandDifference, type NodeJson, readNodes } from "./read-nodes.ts";
export { readToolsOfHand } from "./read-tools-of-hand.ts";
export { pruneStore } from "./retention/prune-store.ts";
export { pruneVersionFolders } from "./retention/prune-version-folders.ts";
export { KEEP_EVERYTHING } from "./retention/read-retention.ts";
export type { Runtime, RuntimeRoles } from "./runtime.ts";
export type { RuntimeOptions } from "./runtime-options.ts";
export { startTelemetry, type Telemetry } from "./start-telemetry.ts";

export { DEFAULT_LIMITS } from "./build-config.ts";
export { type CatalogTool, checkGateCoverage, type ToolCatalog } from "./check-gate-coverage.ts";
export {
  DIALECT_NOTES,
  DIALECTS,
  type Dialect,
  type DialectNote,
  type ForeignDialect,
  recogniseDialect,
} from "./dialects.ts";
export { type DiscoveredFolders, discoverHandFolders } from "./discover-hand-folders.ts";
export { readFolderFingerprint } from "./folder-fingerprint.ts";
export { formatDiagnostic } from "./format-diagnostic.ts";
export { handConfigFromJson, handConfigToJson } from "./hand-config-json.ts";
export { createHandJsonSchema } from "./hand-json-schema.ts";
export { type HandFolder, loadHandFolder } from "./load-hand-folder.ts";
export { locateProblems } from "./locate-problems.ts";
export { type ParsedManifest, type ParseManifestOptions, parseManifest } from "./parse-manifest.ts";
export {
  type ApprovalGate,
  type Diagnostic,
  type HandConfig,
  type LimitsConfig,
  type ManifestProblem,
  type McpServerConfig,
  type ModelConfig,
  OUTPUT_FORMATS,
  type OutputConfig,
  type OutputFormat,
  type SandboxConfig,
  type Severity,
  type Skill,
  type ToolRequirement,
  TRIGGER_TYPES,
  type TriggerType,
} from "./types.ts";
export { compileWhen, isWhenFault, type When, type WhenContext, type WhenFault } from "./when.ts";

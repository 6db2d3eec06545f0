export { type CatalogTool, checkGateCoverage, type ToolCatalog } from "./check-gate-coverage.ts";
export { convertHand } from "./convert-hand.ts";
export { describeInstallation, describeRequirement } from "./describe-requirement.ts";
export type { HandConversion } from "./dialects/convert-hand.ts";
export {
  DIALECTS,
  type Dialect,
  type ForeignDialect,
  recogniseDialect,
} from "./dialects/recognise-dialect.ts";
export type { TranslationNote } from "./dialects/types.ts";
export {
  type DiscoveredFolders,
  discoverHandFolders,
  listCandidates,
  listHandFolder,
} from "./discover-hand-folders.ts";
export { formatPath } from "./document-paths.ts";
export { examineHandFolder } from "./examine-hand-folder.ts";
export { type FileMark, isMarkCurrent, isSameMark, readMark } from "./file-mark.ts";
export type { FolderListing, FolderMarks } from "./folder-files.ts";
export { formatDiagnostic } from "./format-diagnostic.ts";
export { handConfigFromJson } from "./hand-config-from-json.ts";
export { handConfigToJson } from "./hand-config-to-json.ts";
export type { HandFolder } from "./hand-folder.ts";
export { createHandJsonSchema } from "./hand-json-schema.ts";
export {
  type HandFile,
  type HandSnapshot,
  isPassedOver,
  LARGEST_HAND_BYTES,
  readHandSnapshot,
} from "./hand-snapshot.ts";
export { assertTrusted } from "./installed/find-distrust.ts";
export {
  INSTALLED_FILE,
  type ReadInstalled,
  readInstalledHands,
  writeInstalledHands,
} from "./installed/installed-hands.ts";
export type { InstalledHand } from "./installed/parse-installed.ts";
export { fixManifest, lintHand } from "./lint-hand.ts";
export { type LoadHandOptions, loadHandFolder } from "./load-hand-folder.ts";
export { locateProblems } from "./locate-problems.ts";
export { listMcpServers, serverOf } from "./mcp-servers.ts";
export { findOutputProblems } from "./output-schema.ts";
export { type ParsedManifest, type ParseManifestOptions, parseManifest } from "./parse-manifest.ts";
export {
  addProjectFiles,
  type ListProjectTools,
  listProjectTools,
  PROJECT_TOOLS_FOLDER,
  readHandFingerprint,
  toVersionPath,
} from "./project-tools.ts";
export { type HandTexts, readHandTexts } from "./read-hand-texts.ts";
export { type KnownFolder, recallHandFolder } from "./recall-hand-folder.ts";
export { type FileGlob, findEventSubject, parseFileGlob } from "./trigger-events.ts";
export type {
  ApprovalGate,
  DashboardMetric,
  Diagnostic,
  HandConfig,
  LimitsConfig,
  ManifestProblem,
  McpServerConfig,
  McpValue,
  ModelConfig,
  OutputConfig,
  OutputFormat,
  Requirement,
  SandboxConfig,
  SettingForm,
  Severity,
  Skill,
  ToolRequirement,
  TriggerType,
} from "./types.ts";
export { compileWhen, isWhenFault, type When, type WhenContext, type WhenFault } from "./when.ts";

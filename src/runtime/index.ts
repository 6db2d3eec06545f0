export { PROGRAM_VERSION } from "./program-version.ts";
export type { ProjectConfig, WebhookChannelConfig } from "./project-config.ts";
export { createRuntime, type Runtime, type RuntimeOptions, type RuntimeRoles } from "./runtime.ts";

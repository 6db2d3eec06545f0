import type { AnyFuzzTarget } from "./fuzz.ts";
import { mcpStdioTarget } from "./mcp-stdio.ts";
import { archiveTarget, fileNameTarget, mcpClientTarget, modelTarget } from "./outside.ts";
import { apiTarget, mcpServerTarget, streamTarget, webhookTarget } from "./server.ts";
import { folderTarget, manifestTarget, projectFileTarget, scheduleTarget, whenTarget } from "./texts.ts";

/** Everything that takes what others wrote. */
export const FUZZ_TARGETS: readonly AnyFuzzTarget[] = [
  manifestTarget,
  folderTarget,
  projectFileTarget,
  scheduleTarget,
  whenTarget,
  apiTarget,
  webhookTarget,
  streamTarget,
  mcpServerTarget,
  modelTarget,
  mcpClientTarget,
  mcpStdioTarget,
  fileNameTarget,
  archiveTarget,
];

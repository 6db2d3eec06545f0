import { resolve } from "node:path";
import { parseDuration } from "../../core/index.ts";
import type { ProjectFile } from "../project-file-schema.ts";
import type { AuditSettings } from "./audit-keeper.ts";

const DEFAULT_EVERY_MS = 86_400_000;

/** `[audit]` as it was written; its period has been checked. */
export function readAudit(written: ProjectFile["audit"], projectDir: string): AuditSettings | null {
  const anchor = written?.anchor;
  if (anchor === undefined) return null;
  return {
    anchorFile: anchor.file === undefined ? null : resolve(projectDir, anchor.file),
    anchorChannel: anchor.channel ?? null,
    everyMs: anchor.every === undefined ? DEFAULT_EVERY_MS : parseDuration(anchor.every),
  };
}

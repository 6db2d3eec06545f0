import { resolve } from "node:path";
import { parseDuration } from "../../core/index.ts";
import type { RetentionPolicy } from "../../store/index.ts";
import type { ProjectFile } from "../project-file-schema.ts";

const DEFAULT_KEEP_NEWEST = 20;

/** What holds without a word in `hands.toml`. */
export const KEEP_EVERYTHING: RetentionPolicy = {
  executionsMs: null,
  executionsPerHand: null,
  keepNewest: DEFAULT_KEEP_NEWEST,
  eventsMs: null,
  deliveriesMs: null,
  versionsMs: null,
  archiveDir: null,
};

/** `[retention]` as it was written; its ages have been checked. */
export function readRetention(written: ProjectFile["retention"], projectDir: string): RetentionPolicy {
  const age = (text: string | undefined) => (text === undefined ? null : parseDuration(text));
  return {
    executionsMs: age(written?.executions),
    executionsPerHand: written?.executions_per_hand ?? null,
    keepNewest: written?.keep_newest ?? DEFAULT_KEEP_NEWEST,
    eventsMs: age(written?.events),
    deliveriesMs: age(written?.deliveries),
    versionsMs: age(written?.versions),
    archiveDir: written?.archive === undefined ? null : resolve(projectDir, written.archive),
  };
}

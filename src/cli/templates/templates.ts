import { feedWatcherTemplate } from "./feed-watcher.ts";
import { folderWatcherTemplate } from "./folder-watcher.ts";
import { modelTemplate } from "./model.ts";
import { reporterTemplate } from "./reporter.ts";
import { scriptTemplate } from "./script.ts";
import type { HandTemplate } from "./types.ts";

/** The templates of `hands new`, by name. */
export const TEMPLATES: Readonly<Record<string, HandTemplate>> = {
  script: scriptTemplate,
  model: modelTemplate,
  "feed-watcher": feedWatcherTemplate,
  "folder-watcher": folderWatcherTemplate,
  reporter: reporterTemplate,
};

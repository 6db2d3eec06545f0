import type { Clock, Environment, Random } from "../../core/index.ts";
import { toCallableTool } from "../to-callable-tool.ts";
import type { CallableTool, ToolDefinition } from "../types.ts";
import { dbHealth } from "./db-health.ts";
import { diskCheck } from "./disk-check.ts";
import { executeHand } from "./execute-hand.ts";
import { fileList } from "./file-list.ts";
import { fileRead } from "./file-read.ts";
import { createFileWrite } from "./file-write.ts";
import { createGit, createGitCommit } from "./git.ts";
import { httpGet, httpRequest } from "./http-request.ts";
import { memoryGet } from "./memory-get.ts";
import { memoryList } from "./memory-list.ts";
import { memorySet } from "./memory-set.ts";
import { notify } from "./notify.ts";
import { createProcessList } from "./process-list.ts";
import { readSkill } from "./read-skill.ts";
import { createRssFetch } from "./rss-fetch.ts";
import { createShell } from "./shell.ts";
import { createSystemStats } from "./system-stats.ts";
import { createWebFetch } from "./web-fetch.ts";

/** What the built-in tools are made of. */
export interface BuiltinToolSettings {
  /** Part of every built-in tool's version, so that an upgrade asks anew. */
  readonly programVersion: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The tools' children get PATH, HOME, LANG and TERM of it, and nothing else. */
  readonly environment: Environment;
}

/** Every tool that comes with the program. */
export function createBuiltinTools(settings: BuiltinToolSettings): readonly CallableTool[] {
  const { clock, random, environment } = settings;
  const definitions: readonly ToolDefinition[] = [
    dbHealth,
    diskCheck,
    fileList,
    fileRead,
    createFileWrite(random),
    createGit({ environment, clock }),
    createGitCommit({ environment, clock }),
    executeHand,
    httpGet,
    httpRequest,
    memoryGet,
    memoryList,
    memorySet,
    notify,
    createProcessList(clock),
    readSkill,
    createRssFetch(clock),
    createShell({ environment, clock }),
    createSystemStats(clock),
    createWebFetch(clock),
  ];
  return definitions.map((definition) =>
    toCallableTool(definition, { origin: "builtin", codeVersion: settings.programVersion }),
  );
}

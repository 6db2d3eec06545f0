import { realpath } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { Clock, Environment, Logger } from "../core/index.ts";
import { HandsError, isInside } from "../core/index.ts";
import type { Sandbox } from "../tools/index.ts";
import { HandVersion } from "./hand-version.ts";
import type { WorkerStart } from "./messages.ts";
import type { HandCode, HandCodeHost, HandCodeVersion } from "./types.ts";
import { createWorkerEnvironment } from "./worker-environment.ts";

/** What hands' code is run with. */
export interface HandCodeHostSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A worker that had nothing to do for this long ends. Default: 30 seconds. */
  readonly idleMs?: number;
  /** What one worker's JavaScript values may take. Default: 256 MB. */
  readonly memoryMb?: number;
  readonly environment: Environment;
  /** Variables that hold one of these are not shown to hands' code. */
  readonly secretValues?: readonly string[];
  /** The machine's sandbox. Without one, code that demands it is not run. */
  readonly sandbox?: Sandbox;
}

const DEFAULT_IDLE_MS = 30_000;
const DEFAULT_MEMORY_MB = 256;

/**
 * Runs hands' code in worker threads of this process, and that of hands which demand a sandbox in processes there. A worker that dies takes
 * only its own runs and calls with it.
 */
export function createHandCodeHost(settings: HandCodeHostSettings): HandCodeHost {
  const { clock, logger, idleMs = DEFAULT_IDLE_MS, memoryMb = DEFAULT_MEMORY_MB } = settings;
  const versions = new Map<string, { readonly version: HandVersion; readonly code: Promise<HandCode> }>();
  let isStopped = false;

  function findSandbox({ handName, confinement }: HandCodeVersion) {
    if (confinement === null || !confinement.enabled) return null;
    const { sandbox } = settings;
    if (sandbox !== undefined) return { sandbox, confinement };
    throw new HandsError(
      "hand_broken",
      `${handName} demands a sandbox, and there is none where its code is loaded`,
    );
  }

  async function open(key: string, wanted: HandCodeVersion): Promise<HandCode> {
    const start = await locate(wanted);
    if (isStopped) throw stopping();
    const known = versions.get(key);
    if (known !== undefined) return await known.code;
    const environment = createWorkerEnvironment(
      settings.environment,
      settings.secretValues ?? [],
      wanted.handName,
    );
    const confined = findSandbox(wanted);
    const version = new HandVersion({ clock, logger, idleMs, memoryMb, environment, start, confined });
    const code = version.load();
    versions.set(key, { version, code });
    try {
      return await code;
    } catch (error) {
      versions.delete(key);
      throw error;
    }
  }

  return {
    async load(wanted) {
      if (isStopped) throw stopping();
      const key = [wanted.handName, wanted.hash, JSON.stringify(wanted.confinement)].join("\0");
      return await (versions.get(key)?.code ?? open(key, wanted));
    },
    async stop() {
      isStopped = true;
      await Promise.all([...versions.values()].map(({ version }) => version.stop()));
    },
  };
}

/** Modules go by their real paths, so the worker is told those: what is in the hand's folder is known by them. */
async function locate(version: HandCodeVersion): Promise<WorkerStart> {
  const { handName, dir, scriptPath, toolPaths, projectToolsDir = null } = version;
  const realDir = await realpath(dir);
  const realToolsDir = projectToolsDir === null ? null : await realpath(projectToolsDir);
  const toReal = (path: string) => {
    const absolute = resolve(dir, path);
    return projectToolsDir !== null && realToolsDir !== null && isInside(projectToolsDir, absolute)
      ? resolve(realToolsDir, relative(projectToolsDir, absolute))
      : resolve(realDir, relative(dir, absolute));
  };
  return {
    handName,
    dir: realDir,
    scriptPath: scriptPath === null ? null : toReal(scriptPath),
    toolPaths: toolPaths.map(toReal),
    projectToolsDir: realToolsDir,
  };
}

function stopping(): HandsError {
  return new HandsError("stopping", "The program is stopping: no code of hands is run any more");
}

import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { HandsError } from "../../core/index.ts";
import type { CallableTool } from "../../tools/index.ts";
import type { HandScript } from "../hand-context.ts";
import type { WorkerStart } from "../messages.ts";
import { toLoadError } from "./load-error.ts";
import type { ModuleTrace } from "./module-hooks.ts";

/** The code of a hand, in the worker. */
export interface LoadedHand {
  readonly script: HandScript | null;
  readonly tools: ReadonlyMap<string, CallableTool>;
}

/** Imports the code of a hand. Throws: `script_failed`, with the place where it is known. */
export async function loadHand(start: WorkerStart, trace: ModuleTrace): Promise<LoadedHand> {
  const { dir, scriptPath, toolPaths } = start;
  try {
    const tools = toolPaths.length === 0 ? new Map<string, CallableTool>() : await importTools(start);
    return { script: scriptPath === null ? null : await importScript(dir, scriptPath), tools };
  } catch (error) {
    throw toLoadError(error, dir, trace);
  }
}

/** The tools' own part, and zod with it, are read only when there are tools: a script starts in half the time. */
async function importTools(start: WorkerStart): Promise<ReadonlyMap<string, CallableTool>> {
  const { loadTools } = await import("./load-tools.ts");
  return loadTools(start);
}

async function importScript(dir: string, path: string): Promise<HandScript> {
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  if (typeof module.default === "function") return module.default as HandScript;
  throw new HandsError("script_failed", `${relative(dir, path)} has no function as its default export`, {
    hint: "Write `export default async function (hand: HandContext) { … }`.",
  });
}

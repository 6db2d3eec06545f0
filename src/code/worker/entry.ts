import { parentPort, workerData } from "node:worker_threads";
import type { WorkerMessage, WorkerStart } from "../messages.ts";
import { toWireError } from "../wire-error.ts";
import { captureOutput } from "./capture-output.ts";
import { createCodeScopes } from "./code-scope.ts";
import { loadHand } from "./load-hand.ts";
import { installModuleHooks } from "./module-hooks.ts";
import { serveHand } from "./serve-hand.ts";

/** Loads the hand that this worker is for, says how that went, and serves it. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("This module runs in a worker thread");
  const start = workerData as WorkerStart;
  const post = (message: WorkerMessage) => port.postMessage(message);

  const scopes = createCodeScopes();
  captureOutput(scopes, (level, message) => post({ type: "log", requestId: null, level, message }));
  // A promise that a run or call left unhandled ends that run or call. Anyone else's ends the worker, as Node would.
  process.on("unhandledRejection", (error) => {
    const scope = scopes.getStore();
    if (scope === undefined) throw error;
    scope.fail(error);
  });

  try {
    const hand = await loadHand(
      start,
      installModuleHooks(start.projectToolsDir === null ? [start.dir] : [start.dir, start.projectToolsDir]),
    );
    const tools = [...hand.tools.values()].map((tool) => tool.descriptor);
    serveHand({ hand, dir: start.dir, port, scopes });
    post({ type: "loaded", code: { hasScript: hand.script !== null, tools } });
  } catch (error) {
    post({ type: "unloadable", error: toWireError(error, "script_failed") });
  }
}

await main();

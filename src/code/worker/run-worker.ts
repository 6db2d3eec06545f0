import type { HostMessage, WorkerMessage, WorkerStart } from "../messages.ts";
import { toWireError } from "../wire-error.ts";
import { captureOutput } from "./capture-output.ts";
import { createCodeScopes } from "./code-scope.ts";
import { loadHand } from "./load-hand.ts";
import { installModuleHooks } from "./module-hooks.ts";
import { serveHand } from "./serve-hand.ts";

/** How a worker and its host speak. Messages that come before somebody listens wait. */
export interface WorkerPort {
  post(message: WorkerMessage): void;
  listen(listener: (message: HostMessage) => void): void;
}

/** Loads the hand that this worker is for, says how that went, and serves it. */
export async function runWorker(start: WorkerStart, port: WorkerPort): Promise<void> {
  const scopes = createCodeScopes();
  captureOutput(scopes, (level, message) => port.post({ type: "log", requestId: null, level, message }));
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
    port.post({ type: "loaded", code: { hasScript: hand.script !== null, tools } });
  } catch (error) {
    port.post({ type: "unloadable", error: toWireError(error, "script_failed") });
  }
}

import { Worker } from "node:worker_threads";
import { describeError } from "../core/index.ts";
import { findRunningModule } from "./running-module.ts";
import type { CarrierEvents, CarrierSettings, WorkerCarrier } from "./worker-carrier.ts";

/** Runs a worker in a thread of this process. */
export function startThread(settings: CarrierSettings, events: CarrierEvents): WorkerCarrier {
  const { start, environment, memoryMb } = settings;
  const worker = new Worker(findRunningModule(new URL("./worker/thread-entry.ts", import.meta.url)), {
    name: `hand:${start.handName}`,
    workerData: start,
    env: environment,
    argv: [],
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    stdin: false,
    // Kept from our own stdout, which is data. Nothing comes here: the worker posts what is printed. Reading these
    // streams would keep the process alive.
    stdout: true,
    stderr: true,
  });
  worker.on("message", (message) => events.onMessage(message));
  worker.on("error", (error) => {
    const isOutOfMemory = (error as { code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY";
    events.onError(
      isOutOfMemory
        ? `used more than ${memoryMb} MB of memory`
        : `ended with an error that nothing caught: ${describeError(error)}`,
      error,
    );
  });
  worker.on("exit", (exitCode) => events.onExit(exitCode));
  return {
    post: (message) => worker.postMessage(message),
    keepProcessAlive: (isNeeded) => (isNeeded ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}

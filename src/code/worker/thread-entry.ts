import { parentPort, workerData } from "node:worker_threads";
import type { WorkerStart } from "../messages.ts";
import { runWorker } from "./run-worker.ts";

const port = parentPort;
if (port === null) throw new Error("This module runs in a worker thread");
await runWorker(workerData as WorkerStart, {
  post: (message) => port.postMessage(message),
  listen: (listener) => void port.on("message", listener),
});

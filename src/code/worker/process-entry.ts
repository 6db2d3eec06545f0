import { once } from "node:events";
import { describeError } from "../../core/index.ts";
import type { WorkerStart } from "../messages.ts";
import { runWorker } from "./run-worker.ts";

// A process of the hand's sandbox, which ends with the program that started it.
process.on("disconnect", () => process.exit(0));
process.on("uncaughtException", (error) => {
  process.send?.({ type: "uncaught", what: describeError(error) }, undefined, undefined, () =>
    process.exit(1),
  );
});
const [start] = (await once(process, "message")) as [WorkerStart];
await runWorker(start, {
  post: (message) => void process.send?.(message),
  listen: (listener) => void process.on("message", listener),
});

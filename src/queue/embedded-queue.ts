import type { WakeUpHandler, WorkQueue } from "./work-queue.ts";

/**
 * The queue of one process: a wake-up is handed over as soon as its transaction has committed. Other processes on the same database find
 * the execution by their sweep, which the store's news of foreign commits calls.
 */
export function createEmbeddedQueue(): WorkQueue {
  const handlers = new Set<WakeUpHandler>();
  return {
    reachesEveryProcess: false,
    async send(transaction, wakeUp) {
      transaction.onCommit(() => {
        for (const handler of handlers) void handler(wakeUp);
      });
    },
    async listen(handler) {
      handlers.add(handler);
    },
    async stop() {
      handlers.clear();
    },
    async close() {
      handlers.clear();
    },
  };
}

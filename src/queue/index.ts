export { createEmbeddedQueue } from "./embedded-queue.ts";
export type { WakeUp, WorkQueue } from "./work-queue.ts";

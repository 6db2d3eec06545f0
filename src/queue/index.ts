export { createWorkQueue } from "./create-work-queue.ts";
export { createEmbeddedQueue } from "./embedded-queue.ts";
export type { WakeUp, WakeUpHandler, WorkQueue } from "./work-queue.ts";

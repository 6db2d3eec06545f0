export type { WakeUp, WorkQueue } from "./work-queue.ts";

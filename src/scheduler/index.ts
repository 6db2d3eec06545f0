export { HandScheduler, type HandSchedulerOptions } from "./hand-scheduler.ts";
export type {
  FireRequest,
  SchedulableHand,
  ScheduledJob,
  StartExecution,
  TriggerOptions,
} from "./types.ts";

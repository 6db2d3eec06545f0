import type { Schedule } from "../schedule/index.ts";
import { compileSchedule } from "../schedule/index.ts";
import type { SchedulableHand } from "./types.ts";

/** A hand and its schedule, ready to be asked. */
export interface Job {
  readonly handName: string;
  readonly schedule: Schedule;
}

/** The job of a hand, or undefined where it does not fire. Throws: `invalid_schedule`. */
export function createJob({ name, enabled, schedule }: SchedulableHand): Job | undefined {
  return enabled && schedule !== null ? { handName: name, schedule: compileSchedule(schedule) } : undefined;
}

export function toJobId(handName: string): string {
  return `hand:${handName}`;
}

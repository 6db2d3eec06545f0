import type { JsonObject, JsonValue } from "../core/index.ts";
import type { ScheduleConfig } from "../schedule/index.ts";
import type { StoreTransaction } from "../store/index.ts";

/** What of a hand decides when it fires. */
export interface SchedulableHand {
  readonly name: string;
  readonly enabled: boolean;
  readonly schedule: ScheduleConfig | null;
}

/** An execution that is to be started. */
export interface FireRequest {
  readonly handName: string;
  readonly trigger: "schedule" | "manual";
  /** The scheduled instant, epoch milliseconds; null where a human triggers. */
  readonly scheduledFor: number | null;
  readonly input?: JsonValue;
  /** Parameters over the manifest's. */
  readonly parameters?: JsonObject | null;
}

/**
 * Inserts and enqueues an execution inside the transaction, which awaits only its own queries. Gives its id, or null where that fire has a row
 * already.
 */
export type StartExecution = (transaction: StoreTransaction, request: FireRequest) => Promise<string | null>;

/** A hand that fires. */
export interface ScheduledJob {
  readonly handName: string;
  readonly jobId: string;
  /** The next scheduled instant, before jitter; null where the schedule has ended or the hand is paused. */
  readonly nextRunTime: Date | null;
  /** The schedule in plain English. */
  readonly trigger: string;
}

/** What a manual trigger may say. */
export interface TriggerOptions {
  readonly input?: JsonValue;
  /** Parameters over the manifest's. */
  readonly parameters?: JsonObject;
}

/** What happens when a fire comes while an execution of the same hand still runs. */
export const OVERLAP_POLICIES = ["skip", "queue", "cancel", "allow"] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** What happens to fires that were missed: the newest, all of them, or none is run. */
export const CATCH_UP_POLICIES = ["one", "all", "none"] as const;
export type CatchUpPolicy = (typeof CATCH_UP_POLICIES)[number];

/** When a hand fires. Exactly one of `cron`, `interval` and `at` is given. */
export interface ScheduleConfig {
  /** POSIX cron with 5 fields, or 6 with seconds first, or `@daily` and its like. */
  readonly cron?: string;
  /** Seconds between fires, counted from the first load of the hand. */
  readonly interval?: number;
  /** `"HH:MM"` or `"HH:MM:SS"`, every day at that wall time; or an ISO 8601 instant, once. */
  readonly at?: string;
  /** IANA name. Default: `UTC`. */
  readonly timezone?: string;
  /** The longest delay that is added to a fire, by a hash of hand and fire. Default: 0. */
  readonly jitterMs?: number;
  /** Default: `skip`. */
  readonly overlap?: OverlapPolicy;
  /** Default: `one`. */
  readonly catchUp?: CatchUpPolicy;
  /** How old a missed fire may be and still be run. Default: one period, at most 24 hours. */
  readonly graceMs?: number;
  /** ISO 8601 instant: no fire before it. */
  readonly start?: string;
  /** ISO 8601 instant: no fire after it. */
  readonly end?: string;
}

/** A checked schedule, ready to be asked. It keeps no time of its own: every instant comes in as an argument. */
export interface Schedule {
  readonly config: ScheduleConfig;
  /** SHA-256 of what decides when it fires: cron, interval, at, timezone, start and end, and nothing else. */
  readonly hash: string;
  /**
   * The first fire strictly after an instant, or null where there is none before the year 3000.
   * The anchor, when the hand was first loaded, is what an interval counts from; other schedules ignore it.
   */
  nextAfter(afterMs: number, anchorMs: number): number | null;
  /** How many fires there are with `fromMs <= fire < untilMs`; exact, without visiting each. */
  countBetween(fromMs: number, untilMs: number, anchorMs: number): number;
}

/** Consecutive fires that share one record. Instants are epoch milliseconds. */
export interface FireRange {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** What a due hand's fires come to, at one moment: what to run, what to record as skipped, when to look again. */
export interface FirePlan {
  /** The instants to run, oldest first; empty where catch-up forbids or nothing is left. */
  readonly run: readonly number[];
  /** The missed instants that are not run, as ranges that do not touch the ones that are. */
  readonly skipped: readonly FireRange[];
  /** The first fire after the ones dealt with, or null where the schedule has ended. */
  readonly nextFireAt: number | null;
}

import { toIso } from "../core/index.ts";
import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { HandStateRow, HandStatus } from "../store/index.ts";

/** A hand in a list, as every face shows it. Instants are ISO 8601 UTC; what is absent is null. */
export interface HandJson {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly status: HandStatus;
  /** Exactly one of cron, interval (seconds) and at is set. */
  readonly schedule: {
    readonly cron: string | null;
    readonly interval: number | null;
    readonly at: string | null;
    readonly timezone: string;
  } | null;
  readonly nextRunAt: string | null;
  readonly lastRunAt: string | null;
  readonly runCount: number;
  readonly successCount: number;
  readonly failureCount: number;
  readonly isPaused: boolean;
  readonly problems: readonly Diagnostic[];
}

/** What a hand's line in a list is made of. */
export interface HandFacts {
  readonly name: string;
  /** Null where it is broken. */
  readonly hand: HandConfig | null;
  readonly isEnabled: boolean;
  readonly status: HandStatus;
  readonly problems: readonly Diagnostic[];
  readonly state: HandStateRow | undefined;
}

export function toHandJson({ name, hand, isEnabled, status, problems, state }: HandFacts): HandJson {
  return {
    name,
    description: hand?.description ?? "",
    enabled: isEnabled,
    status,
    schedule: toScheduleJson(hand),
    nextRunAt: toIso(state?.next_run_at ?? null),
    lastRunAt: toIso(state?.last_run_at ?? null),
    runCount: state?.run_count ?? 0,
    successCount: state?.success_count ?? 0,
    failureCount: state?.failure_count ?? 0,
    isPaused: state?.is_paused === 1,
    problems,
  };
}

function toScheduleJson(hand: HandConfig | null): HandJson["schedule"] {
  if (hand === null || hand.schedule === null) return null;
  const { cron = null, interval = null, at = null, timezone = "UTC" } = hand.schedule;
  return { cron, interval, at, timezone };
}

import type { ScheduleConfig } from "../../schedule/index.ts";

/** A hand whose fires are played through. */
export interface SimulatedHand {
  readonly handName: string;
  readonly schedule: ScheduleConfig;
  /** What an interval counts from, epoch milliseconds. */
  readonly anchorMs: number;
  /** How long a run is taken to work; null where nothing is known, and then nothing overlaps. */
  readonly durationMs: number | null;
  readonly durationFrom: "option" | "record" | null;
  /** What a run is taken to cost; null where nothing is known. */
  readonly costUsdPerRun: number | null;
}

/** What the fires of one hand would come to. Instants are epoch milliseconds. */
export interface SimulatedFires {
  readonly fires: readonly number[];
  /** Starts and ends of the runs, in the order of their starts. */
  readonly runs: readonly { readonly startsAt: number; readonly endsAt: number }[];
  readonly skippedCount: number;
  readonly cancelledCount: number;
  /** Runs that had to wait for one before them. */
  readonly heldCount: number;
  /** Fires beyond the greatest number that is played; they are counted and no more. */
  readonly unplayedCount: number;
}

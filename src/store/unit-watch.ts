import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { HandsError } from "../core/index.ts";

/** A unit of work holds locks while it runs, so one that awaits something else is reported after this time at the latest. */
const REPORT_AFTER_MS = 1_000;
/** And is given up after this. */
const GIVE_UP_AFTER_MS = 10_000;
const SOURCE_LENGTH = 160;

export interface UnitWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The function whose text tells people which unit it is. */
  readonly work: (...args: never[]) => unknown;
  /** True where queries end within one turn of the event loop, so that a longer unit must be awaiting something else. */
  readonly isSynchronous: boolean;
  /** Called when the unit is given up. */
  readonly giveUp: (error: HandsError) => void;
}

/** Watches one unit of work until the returned function is called. */
export function watchUnit(options: UnitWatchOptions): () => void {
  const { clock, logger } = options;
  const startedMs = clock.monotonicMs();
  let timer: ClockTimer | undefined;
  let isLate = false;

  const report = (message: string) =>
    logger.error(message, {
      durationMs: Math.round(clock.monotonicMs() - startedMs),
      work: describeWork(options.work),
    });
  const startTimers = () => {
    timer = clock.setTimer(REPORT_AFTER_MS, () => {
      isLate = true;
      report("A transaction is taking long: it must await only its own queries.");
      timer = clock.setTimer(GIVE_UP_AFTER_MS - REPORT_AFTER_MS, () =>
        options.giveUp(
          new HandsError(
            "internal",
            `A transaction had not ended after ${GIVE_UP_AFTER_MS / 1_000} s and was given up.`,
            {
              hint: "Its work must await only its own queries.",
              details: { work: describeWork(options.work) },
            },
          ),
        ),
      );
    });
  };

  let nextTurn: NodeJS.Immediate | undefined;
  if (options.isSynchronous) {
    nextTurn = setImmediate(() => {
      isLate = true;
      startTimers();
    });
  } else {
    startTimers();
  }
  return () => {
    clearImmediate(nextTurn);
    timer?.cancel();
    if (isLate) report("A transaction awaited something else than its own queries, and held up every other.");
  };
}

function describeWork(work: UnitWatchOptions["work"]): string {
  return work.toString().replaceAll(/\s+/g, " ").slice(0, SOURCE_LENGTH);
}

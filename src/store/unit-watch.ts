import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { HandsError } from "../core/index.ts";

/** A unit of work holds locks while it runs, so one that awaits something else is looked for this often. */
const LOOK_EVERY_MS = 1_000;
/** And is given up after this. */
const GIVE_UP_AFTER_MS = 10_000;
const SOURCE_LENGTH = 160;

export interface UnitWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The function whose text tells people which unit it is. */
  readonly work: (...args: never[]) => unknown;
  /** Does the unit wait for the database just now? Undefined where queries end within one turn of the event loop. */
  readonly isQuerying?: () => boolean;
  /** Called when the unit is given up. */
  readonly giveUp: (error: HandsError) => void;
}

/** Watches one unit of work until the returned function is called. */
export function watchUnit(options: UnitWatchOptions): () => void {
  const { clock, logger, isQuerying } = options;
  const startedMs = clock.monotonicMs();
  let timer: ClockTimer | undefined;
  let isIdling = false;

  const elapsedMs = () => Math.round(clock.monotonicMs() - startedMs);
  const report = (message: string) =>
    logger.error(message, { durationMs: elapsedMs(), work: describeWork(options.work) });
  const look = () => {
    timer = clock.setTimer(LOOK_EVERY_MS, look);
    if (isQuerying?.() === true) return;
    isIdling = true;
    report("A transaction is open and awaits something else than its own queries.");
    if (elapsedMs() >= GIVE_UP_AFTER_MS) options.giveUp(createGivenUpError(options.work));
  };
  const startLooking = () => {
    timer = clock.setTimer(LOOK_EVERY_MS, look);
  };

  let nextTurn: NodeJS.Immediate | undefined;
  if (isQuerying === undefined) {
    nextTurn = setImmediate(() => {
      isIdling = true;
      startLooking();
    });
  } else {
    startLooking();
  }
  return () => {
    clearImmediate(nextTurn);
    timer?.cancel();
    if (isIdling) report("A transaction awaited something else than its own queries, and held up others.");
  };
}

function createGivenUpError(work: UnitWatchOptions["work"]): HandsError {
  return new HandsError(
    "internal",
    `A transaction had not ended after ${GIVE_UP_AFTER_MS / 1_000} s and was given up.`,
    {
      hint: "Its work must await only its own queries.",
      details: { work: describeWork(work) },
    },
  );
}

function describeWork(work: UnitWatchOptions["work"]): string {
  return work.toString().replaceAll(/\s+/g, " ").slice(0, SOURCE_LENGTH);
}

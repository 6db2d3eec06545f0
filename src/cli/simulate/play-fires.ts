import { calculateJitterMs, compileSchedule, decideAdmission } from "../../schedule/index.ts";
import type { SimulatedFires, SimulatedHand } from "./types.ts";

/** More fires of one hand than these are counted, not played. */
const MOST_PLAYED = 50_000;

/**
 * Plays the fires of a hand from one instant until another, each run taking as long as the hand's runs do; what becomes of a fire
 * while another run works is decided by the function that decides it when hands run.
 */
export function playFires(
  hand: SimulatedHand,
  span: { readonly fromMs: number; readonly untilMs: number },
): SimulatedFires {
  const { fires, unplayedCount } = listFires(hand, span);
  const durationMs = hand.durationMs ?? 0;
  const runs: { startsAt: number; endsAt: number }[] = [];
  let running: { startsAt: number; endsAt: number }[] = [];
  let held: number[] = [];
  let skippedCount = 0;
  let cancelledCount = 0;
  let heldCount = 0;
  const start = (atMs: number) => {
    const run = { startsAt: atMs, endsAt: atMs + durationMs };
    runs.push(run);
    running.push(run);
  };
  const settleUntil = (nowMs: number) => {
    for (;;) {
      const ended = running.filter(({ endsAt }) => endsAt <= nowMs).map(({ endsAt }) => endsAt);
      running = running.filter(({ endsAt }) => endsAt > nowMs);
      const freeAt = ended.length === 0 ? null : Math.max(...ended);
      if (held.length === 0 || running.length > 0 || freeAt === null) return;
      held = held.slice(1);
      start(freeAt);
    }
  };
  for (const fireMs of fires) {
    settleUntil(fireMs);
    const admission = decideAdmission({
      trigger: "schedule",
      isResume: false,
      overlap: hand.schedule.overlap ?? "skip",
      maxInstances: 1,
      isPaused: false,
      isAllPaused: false,
      runningCount: running.length,
      resumableCount: 0,
      heldBeforeCount: held.length,
      waitingForHumanCount: 0,
      maxWaiting: 1,
    });
    switch (admission.kind) {
      case "admit":
        start(fireMs);
        break;
      case "admit_after_cancel":
        cancelledCount += running.length;
        for (const run of running) run.endsAt = fireMs;
        running = [];
        start(fireMs);
        break;
      case "hold":
        held.push(fireMs);
        heldCount += 1;
        break;
      case "skip":
        skippedCount += 1;
    }
  }
  settleUntil(Number.POSITIVE_INFINITY);
  return { fires, runs, skippedCount, cancelledCount, heldCount, unplayedCount };
}

/** The instants at which a hand acts, jitter included. */
function listFires(
  { handName, schedule, anchorMs }: SimulatedHand,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): { readonly fires: readonly number[]; readonly unplayedCount: number } {
  const compiled = compileSchedule(schedule);
  const fires: number[] = [];
  let fire = compiled.nextAfter(fromMs - 1, anchorMs);
  while (fire !== null && fire < untilMs && fires.length < MOST_PLAYED) {
    const nextFireAt = compiled.nextAfter(fire, anchorMs);
    fires.push(
      fire + calculateJitterMs({ handName, fireAt: fire, jitterMs: schedule.jitterMs ?? 0, nextFireAt }),
    );
    fire = nextFireAt;
  }
  const unplayedCount = fire === null || fire >= untilMs ? 0 : compiled.countBetween(fire, untilMs, anchorMs);
  return { fires, unplayedCount };
}

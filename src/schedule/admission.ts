import type { OverlapPolicy } from "./types.ts";

/** An execution that wants to start or go on, and how its hand stands. The counts never include this execution. */
export interface AdmissionInput {
  readonly trigger: "schedule" | "manual" | "event" | "webhook";
  /** Has it run before, and goes on after a wait? */
  readonly isResume: boolean;
  /** Was its fire missed, and is run by `catch_up`? Default: false. */
  readonly isCatchUp?: boolean;
  readonly overlap: OverlapPolicy;
  /** How many executions may overlap before the policy applies; normally 1. */
  readonly maxInstances: number;
  readonly isPaused: boolean;
  /** `hands pause --all`. */
  readonly isAllPaused: boolean;
  /** Executions of the hand that run or sleep. */
  readonly runningCount: number;
  /** How many of those sleep: a new fire takes that for running, one that goes on does not. Default: 0. */
  readonly sleepingCount?: number;
  /** Those that are queued again after a wait. */
  readonly resumableCount: number;
  /** Those that never started, are queued, and are older than this one. */
  readonly heldBeforeCount: number;
  /** Those that wait for a human, which is not running. */
  readonly waitingForHumanCount: number;
  readonly maxWaiting: number;
}

/**
 * What becomes of it. `admit_after_cancel`: it starts once those that run or sleep are cancelled; those that wait for a human
 * are spared. `hold`: it stays queued and is asked about again. `skip`: it ends, with the reason.
 */
export type Admission =
  | { readonly kind: "admit" }
  | { readonly kind: "admit_after_cancel" }
  | { readonly kind: "hold"; readonly reason: "paused" | "overlap" }
  | { readonly kind: "skip"; readonly reason: "paused" | "overlap" | "max_waiting" };

/**
 * Decides whether an execution may go on, when it is claimed. Called under a lock on the hand's state row, or two executions
 * would be admitted past each other.
 *
 * - `pause --all` stops everything: what has begun is held, what has not is skipped. Pausing a hand does the same, but not to
 *   executions that a human triggered.
 * - What a human triggered passes overlap and `maxWaiting`, when it starts and when it goes on.
 * - What goes on waits for those that run, not for those that sleep, and comes before new fires.
 * - A fire that is caught up waits for its turn instead of being skipped or cancelling, or `catch_up = "all"` would run one.
 */
export function decideAdmission(input: AdmissionInput): Admission {
  const isByHuman = input.trigger === "manual";
  if (input.isAllPaused || (input.isPaused && !isByHuman)) {
    return { kind: input.isResume ? "hold" : "skip", reason: "paused" };
  }
  if (isByHuman) return { kind: "admit" };
  return input.isResume ? decideResume(input) : decideStart(input);
}

function decideResume({ overlap, runningCount, sleepingCount = 0, maxInstances }: AdmissionInput): Admission {
  const isFree = runningCount - sleepingCount < maxInstances;
  return overlap === "allow" || isFree ? { kind: "admit" } : { kind: "hold", reason: "overlap" };
}

function decideStart(input: AdmissionInput): Admission {
  const { overlap, maxInstances, heldBeforeCount } = input;
  if (input.waitingForHumanCount >= input.maxWaiting) return { kind: "skip", reason: "max_waiting" };
  const busyCount = input.runningCount + input.resumableCount;
  const freeCount = Math.max(0, maxInstances - busyCount);
  if (heldBeforeCount < freeCount) return { kind: "admit" };
  if (input.isCatchUp && overlap !== "allow") return { kind: "hold", reason: "overlap" };
  switch (overlap) {
    case "allow":
      return { kind: "admit" };
    case "skip":
      return { kind: "skip", reason: "overlap" };
    case "queue":
      // The older ones take what is free; beyond them one is kept.
      return { kind: heldBeforeCount === freeCount ? "hold" : "skip", reason: "overlap" };
    case "cancel":
      // In the order of their fires, and not before those that go on: else an older fire would cancel a newer one.
      return heldBeforeCount > 0 || input.resumableCount > 0
        ? { kind: "hold", reason: "overlap" }
        : { kind: "admit_after_cancel" };
  }
}

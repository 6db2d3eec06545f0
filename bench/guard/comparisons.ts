import { compareColdLoad, compareUnchangedLoad } from "../cases/load.ts";
import { compareNextFires } from "../cases/next-fires.ts";
import { compareQueues } from "../cases/queue-growth.ts";
import { compareRecent } from "../cases/recent.ts";
import { compareTogether } from "../cases/records.ts";
import { compareSteps } from "../cases/steps.ts";
import { timeCpuMs } from "../harness/timing.ts";
import type { Comparison } from "../harness/types.ts";

/**
 * What the guard watches: cases that are small, need no peer's package, and cost processor time alone. By that time, because how long a
 * disk takes to synchronise, and who else works on the machine, is nobody's fault.
 */
export const GUARDED: readonly Guarded[] = [
  { against: "floor", comparison: compareColdLoad(250, timeCpuMs) },
  { against: "floor", comparison: compareUnchangedLoad(300, timeCpuMs) },
  { against: "bare", comparison: compareTogether(500, timeCpuMs) },
  { against: "bare", comparison: compareRecent(1000, timeCpuMs) },
  { against: "bare", comparison: compareSteps(10, 20, timeCpuMs) },
  { against: "few", comparison: compareQueues(1000, 50, timeCpuMs) },
  { against: "croner", comparison: compareNextFires(15, "UTC", timeCpuMs) },
].map(({ against, comparison }) => ({ against, comparison: only(comparison, against) }));

export interface Guarded {
  /** The contender that ours is held against. */
  readonly against: string;
  readonly comparison: Comparison;
}

function only(comparison: Comparison, against: string): Comparison {
  const contenders = comparison.contenders.filter(({ id, role }) => role === "ours" || id === against);
  return { ...comparison, contenders, rounds: 7, warmups: 2 };
}

import type { BenchPlace } from "../harness/types.ts";

/** Opens a way to run one execution of so many steps. */
export type OpenLoop = (
  place: BenchPlace,
  steps: number,
) => Promise<{ runOnce(): Promise<void>; close?(): Promise<void> }>;

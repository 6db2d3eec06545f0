import type { BenchCase } from "../harness/types.ts";
import { dashboard } from "./dashboard.ts";
import { dueAtOnce } from "./due-at-once.ts";
import { growth } from "./growth.ts";
import { load } from "./load.ts";
import { nextFiresCase } from "./next-fires.ts";
import { recent } from "./recent.ts";
import { records } from "./records.ts";
import { start } from "./start.ts";
import { steps } from "./steps.ts";
import { streaming } from "./streaming.ts";
import { throughput } from "./throughput.ts";

/** Every case, in the order in which it is run and shown. */
export const CASES: readonly BenchCase[] = [
  load,
  records,
  recent,
  nextFiresCase,
  dueAtOnce,
  steps,
  start,
  streaming,
  throughput,
  growth,
  dashboard,
];

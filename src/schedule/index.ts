export { type Admission, type AdmissionInput, decideAdmission } from "./admission.ts";
export { recomputeNextFireAt, type StoredFires } from "./clock-correction.ts";
export { compileSchedule, hashSchedule } from "./compile-schedule.ts";
export { findDay } from "./day-bounds.ts";
export { describeSchedule } from "./describe-schedule.ts";
export { calculateJitterMs, type JitterInput } from "./jitter.ts";
export { type NextFiresOptions, nextFires } from "./next-fires.ts";
export {
  cutRange,
  type DueHand,
  type FirePlanInput,
  ON_TIME_MS,
  planFires,
  planSkippedFires,
} from "./plan-fires.ts";
export {
  CATCH_UP_POLICIES,
  type CatchUpPolicy,
  type FirePlan,
  type FireRange,
  OVERLAP_POLICIES,
  type OverlapPolicy,
  type Schedule,
  type ScheduleConfig,
} from "./types.ts";

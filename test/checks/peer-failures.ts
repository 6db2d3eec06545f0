import { EXECUTION_FAILURES } from "./execution-failures.ts";
import { GATE_FAILURES } from "./gate-failures.ts";
import { SCHEDULE_FAILURES } from "./schedule-failures.ts";

/** A documented failure of a system that does this job, and the tests that keep it from happening here. */
export interface PeerFailure {
  readonly failure: string;
  /** Titles as they are written, by their file below `test/`. */
  readonly heldBy: Readonly<Record<string, readonly string[]>>;
}

/** The failures by what they are about. */
export const PEER_FAILURES: Readonly<Record<"gates" | "schedules" | "executions", readonly PeerFailure[]>> = {
  gates: GATE_FAILURES,
  schedules: SCHEDULE_FAILURES,
  executions: EXECUTION_FAILURES,
};

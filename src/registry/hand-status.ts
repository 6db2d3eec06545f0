import type { Diagnostic } from "../manifest/index.ts";
import type { HandStateRow, HandStatus } from "../store/index.ts";

/** What decides how a hand is shown. */
export interface StatusFacts {
  /** By the manifest, or by an operator who overrides it. */
  readonly isEnabled: boolean;
  readonly problems: readonly Diagnostic[];
  readonly isAllPaused: boolean;
  /** Undefined where nothing is stored of the hand. */
  readonly state: Pick<HandStateRow, "status" | "is_paused" | "next_run_at"> | undefined;
}

/** The one status a hand is shown with: the first that holds of disabled, error, paused, running, and what is stored. */
export function deriveHandStatus({ isEnabled, problems, isAllPaused, state }: StatusFacts): HandStatus {
  if (!isEnabled) return "disabled";
  if (problems.some(({ severity }) => severity === "error")) return "error";
  if (isAllPaused || state?.is_paused === 1) return "paused";
  if (state === undefined) return "idle";
  // Whether it is paused or disabled is not what is stored here, but what was found above.
  if (state.status === "running" || state.status === "error") return state.status;
  return state.next_run_at === null ? "idle" : "scheduled";
}

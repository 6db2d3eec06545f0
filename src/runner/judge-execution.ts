import type { HandConfig } from "../manifest/index.ts";
import type { ModelProvider } from "../models/index.ts";
import { decideAdmission, ON_TIME_MS } from "../schedule/index.ts";
import type { ExecutionRow, StoreTransaction } from "../store/index.ts";
import type { ProjectLimits } from "./budgets.ts";
import { isDaySpent } from "./budgets.ts";
import type { Circumstances } from "./claim-circumstances.ts";
import type { PreparedVersion } from "./prepare-claim.ts";
import type { HandLookup } from "./types.ts";

/** What an execution that is queued, or is about to be inserted, is judged by. */
type JudgedExecution = Pick<
  ExecutionRow,
  "id" | "fence" | "trigger" | "version_hash" | "scheduled_for" | "created_at"
>;

/** What is to become of it. */
export type Verdict =
  | { readonly kind: "admit" }
  /** What runs of its hand has to go first. */
  | { readonly kind: "cancel_others" }
  /** It begins in a process that has its hand's folder. */
  | { readonly kind: "not_ours" }
  | { readonly kind: "hold"; readonly reason: string }
  /** `waitingCount`: executions of its hand that wait for humans. */
  | { readonly kind: "skip"; readonly reason: string; readonly waitingCount: number };

/** What it takes to judge. */
export interface JudgeParts {
  readonly models: ModelProvider;
  readonly maxInstances: number;
  readonly limits: ProjectLimits;
}

/** Decides pause, overlap, `max_waiting` and the day's budget, under the lock of the hand. */
export async function judgeExecution(
  parts: JudgeParts,
  transaction: StoreTransaction,
  row: JudgedExecution,
  known: {
    readonly lookup: HandLookup;
    readonly version: PreparedVersion;
    readonly circumstances: Circumstances;
  },
): Promise<Verdict> {
  const { lookup, version } = known;
  const { state, load, isAllPaused } = known.circumstances;
  const isFresh = row.fence === 0;
  const skip = (reason: string): Verdict => ({ kind: "skip", reason, waitingCount: load.waitingForHuman });
  if (lookup.kind === "missing" || lookup.kind === "broken" || lookup.kind === "disabled") {
    const reason = `hand_${lookup.kind}`;
    return isFresh && row.trigger !== "manual" ? skip(reason) : { kind: "hold", reason };
  }
  if (lookup.kind === "elsewhere" && version.kind === "none") return { kind: "not_ours" };
  const obstacle = findObstacle(parts, row, lookup, version);
  if (obstacle !== null)
    return isFresh && row.trigger !== "manual" ? skip(obstacle) : { kind: "hold", reason: obstacle };
  const { hand } = lookup;
  const admission = decideAdmission({
    trigger: row.trigger as "schedule" | "manual" | "event" | "webhook",
    isResume: !isFresh,
    overlap: hand.schedule?.overlap ?? "skip",
    maxInstances: parts.maxInstances,
    isPaused: state?.is_paused === 1,
    isAllPaused,
    isCatchUp: isCatchUp(row, hand),
    runningCount: load.running,
    sleepingCount: load.sleeping,
    resumableCount: load.resumable,
    heldBeforeCount: load.queuedBefore,
    waitingForHumanCount: load.waitingForHuman,
    maxWaiting: hand.limits.maxWaiting,
  });
  switch (admission.kind) {
    case "hold":
      return admission;
    case "skip":
      return skip(admission.reason);
    default:
      if (await isDaySpent(transaction, row, hand, parts.limits)) return skip("budget");
      return { kind: admission.kind === "admit" ? "admit" : "cancel_others" };
  }
}

/** Was its fire missed, and is run after all? A fire that its jitter held back is not late. */
function isCatchUp(row: JudgedExecution, hand: HandConfig): boolean {
  const mayBeLateMs = ON_TIME_MS + (hand.schedule?.jitterMs ?? 0);
  return row.scheduled_for !== null && row.created_at - row.scheduled_for > mayBeLateMs;
}

/** What keeps a hand that is known here from running at all, whatever its schedule says; null where nothing does. */
function findObstacle(
  parts: JudgeParts,
  row: JudgedExecution,
  lookup: Extract<HandLookup, { readonly kind: "ready" | "elsewhere" }>,
  version: PreparedVersion,
): string | null {
  if (lookup.kind === "elsewhere") return null;
  if (row.version_hash === null && version.kind === "none") return "hand_broken";
  const needsModel = lookup.hand.scriptPath === null;
  const isUnasked = row.fence === 0 && row.trigger !== "manual";
  const missing = needsModel && isUnasked ? parts.models.explainMissing(lookup.hand.model.name) : null;
  return missing === null ? null : "model_not_configured";
}

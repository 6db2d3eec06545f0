import { count } from "../../explain/index.ts";
import type { HandJson } from "../../registry/index.ts";
import type { HandStateRow } from "../../store/index.ts";
import type { BudgetJson } from "../budget-record.ts";
import { formatInstant, formatWhen } from "../format-time.ts";

/** A hand as it stands now. */
export interface HandStanding {
  readonly hand: HandJson;
  readonly state: HandStateRow | undefined;
  readonly isAllPaused: boolean;
  readonly isServerAlive: boolean;
  readonly waitingCount: number;
  readonly maxWaiting: number;
  readonly nextFires: readonly string[];
  readonly budgets: readonly BudgetJson[];
  readonly nowMs: number;
}

/** What keeps a hand from running now, each thing by itself; or when it runs next, where nothing does. */
export function explainHandState(standing: HandStanding): readonly string[] {
  const obstacles = listObstacles(standing);
  const { hand, nextFires, nowMs } = standing;
  const next = nextFires[0];
  if (obstacles.length > 0) return obstacles;
  if (hand.status === "running") return ["It is running now."];
  return [
    next === undefined
      ? "Nothing keeps it from running; it has no schedule, so something or somebody has to start it."
      : `Nothing keeps it from running; it fires next ${formatWhen(next, nowMs)}.`,
  ];
}

function listObstacles(standing: HandStanding): readonly string[] {
  const { hand, state, isAllPaused, isServerAlive, waitingCount, maxWaiting, budgets, nowMs } = standing;
  const obstacles: string[] = [];
  const errors = hand.problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    obstacles.push(
      `It is broken: ${errors.map(({ message }) => message).join("; ")}. \`hands validate\` shows the places.`,
    );
  if (!hand.enabled) {
    const by = state?.enabled_override_by ?? null;
    obstacles.push(
      `It is disabled ${by === null ? "in its manifest" : `by ${by}`}: \`hands enable ${hand.name}\`.`,
    );
  }
  if (isAllPaused) obstacles.push("Everything is paused: `hands resume --all`.");
  if (state?.is_paused === 1) {
    const note = state.pause_note === null ? "" : `, with the note "${state.pause_note}"`;
    const since = state.paused_at === null ? "" : `, since ${formatInstant(state.paused_at)}`;
    obstacles.push(
      `It is paused by ${state.paused_by ?? "somebody"}${since}${note}: \`hands resume ${hand.name}\`.`,
    );
  }
  if (waitingCount >= maxWaiting)
    obstacles.push(
      `It waits for people with ${count(waitingCount, "execution")}, so its fires are skipped: \`hands approvals\`.`,
    );
  for (const { spentUsd, reservedUsd, limitUsd, handName, resetsAt } of budgets) {
    if (spentUsd + reservedUsd >= limitUsd)
      obstacles.push(
        `The day's money of ${handName ?? "the project"} is spent ($${limitUsd}); it is fresh ${formatWhen(resetsAt, nowMs)}.`,
      );
  }
  if (!isServerAlive && hand.schedule !== null)
    obstacles.push("No `hands up` is running, so nothing fires by itself.");
  return obstacles;
}

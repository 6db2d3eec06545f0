import type { HandConfig } from "../manifest/index.ts";
import type { BudgetState, ProjectLimits } from "../runner/index.ts";
import { listDayBudgets, NO_PROJECT_LIMITS, readBudget } from "../runner/index.ts";
import type { Store } from "../store/index.ts";

/** Every budget of today, the project's first, and what has gone out of each. */
export async function readBudgets(
  store: Pick<Store, "db" | "nowMs">,
  hands: readonly HandConfig[],
  limits: ProjectLimits = NO_PROJECT_LIMITS,
): Promise<readonly BudgetState[]> {
  const nowMs = store.nowMs();
  const budgets = [
    ...listDayBudgets(null, limits, nowMs),
    ...hands.flatMap((hand) => listDayBudgets(hand, NO_PROJECT_LIMITS, nowMs)),
  ];
  return await Promise.all(budgets.map((budget) => readBudget(store, budget)));
}

import { toIso } from "../core/index.ts";
import type { BudgetState } from "../runner/index.ts";
import { formatWhen } from "./format-time.ts";
import type { Colors } from "./terminal.ts";

/** A budget as programs read it. */
export interface BudgetJson {
  readonly scope: "hand" | "project";
  readonly handName: string | null;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly resetsAt: string;
}

export function toBudgetJson(state: BudgetState): BudgetJson {
  const { scope, handName, limitUsd, spentUsd, reservedUsd, resetsAt } = state;
  return { scope, handName, limitUsd, spentUsd, reservedUsd, resetsAt: toIso(resetsAt) };
}

/** Is so much gone that it is worth a line of its own? */
export function isNearlySpent({ spentUsd, limitUsd }: BudgetJson): boolean {
  return spentUsd >= limitUsd * 0.8;
}

/** What went out of a budget, of how much, and when it is fresh again. */
export function formatBudget(colors: Colors, budget: BudgetJson, nowMs: number): string {
  const { handName, limitUsd, spentUsd, resetsAt } = budget;
  const percent = Math.floor((spentUsd / limitUsd) * 100);
  const share = `${percent} %`;
  const painted = isNearlySpent(budget) ? colors.yellow(share) : share;
  return `${handName ?? "the project"} spent $${spentUsd.toFixed(4)} of $${limitUsd} today (${painted}); fresh ${formatWhen(resetsAt, nowMs)}`;
}

import { toIso } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { findDay } from "../schedule/index.ts";
import type { ExecutionRow, Store, StoreTransaction } from "../store/index.ts";
import { appendEvent, lockBudget, noteSaid, sumCostSince } from "../store/index.ts";

/** What all hands of a project together may cost. */
export interface ProjectLimits {
  readonly maxCostUsdPerDay: number | null;
  /** IANA name; its midnight begins the day. */
  readonly timezone: string;
}

/** The limits of a project that sets none. */
export const NO_PROJECT_LIMITS: ProjectLimits = { maxCostUsdPerDay: null, timezone: "UTC" };

/** Money that may be spent in one day, by one hand or by all of them. */
export interface DayBudget {
  readonly scope: "hand" | "project";
  /** Null for the project's. */
  readonly handName: string | null;
  readonly limitUsd: number;
  /** The midnight that began the day, epoch milliseconds. */
  readonly startsAt: number;
  /** The midnight at which the money is fresh again. */
  readonly resetsAt: number;
}

/** A budget and what has gone out of it. */
export interface BudgetState extends DayBudget {
  /** What the replies of the day cost. */
  readonly spentUsd: number;
  /** Set aside for calls under way. */
  readonly reservedUsd: number;
}

/** From this part of a budget on it is said that little is left. */
const WARNED_FROM = 0.8;

/** Nothing can be spent before the reset. */
export class BudgetSpent extends Error {
  readonly budget: DayBudget;

  constructor(budget: DayBudget) {
    super("the day's budget is spent");
    this.name = "BudgetSpent";
    this.budget = budget;
  }
}

/** The budgets of a day that a hand is bound by. Without a hand: the project's alone. */
export function listDayBudgets(
  hand: Pick<HandConfig, "name" | "schedule" | "limits"> | null,
  project: ProjectLimits,
  nowMs: number,
): readonly DayBudget[] {
  const budgets: DayBudget[] = [];
  const ofHand = hand?.limits.maxCostUsdPerDay ?? null;
  if (hand !== null && ofHand !== null) {
    const { startsAt, endsAt } = findDay(hand.schedule?.timezone ?? "UTC", nowMs);
    budgets.push({ scope: "hand", handName: hand.name, limitUsd: ofHand, startsAt, resetsAt: endsAt });
  }
  if (project.maxCostUsdPerDay !== null) {
    const { startsAt, endsAt } = findDay(project.timezone, nowMs);
    const limitUsd = project.maxCostUsdPerDay;
    budgets.push({ scope: "project", handName: null, limitUsd, startsAt, resetsAt: endsAt });
  }
  return budgets;
}

/** What has gone out of a budget until now. */
export async function readBudget(
  source: Pick<Store | StoreTransaction, "db">,
  budget: DayBudget,
): Promise<BudgetState> {
  const { settledUsd, reservedUsd } = await sumCostSince(source, budget.handName, budget.startsAt);
  return { ...budget, spentUsd: settledUsd, reservedUsd };
}

/** The same, and nobody else can set money of it aside before the transaction is through. */
export async function readLockedBudget(
  transaction: StoreTransaction,
  budget: DayBudget,
): Promise<BudgetState> {
  await lockBudget(transaction, nameBudget(budget));
  return await readBudget(transaction, budget);
}

/** Says of budgets that at least 80 % went out of them: once a day for each. */
export async function warnOfBudgets(
  transaction: StoreTransaction,
  budgets: readonly DayBudget[],
  executionId: string,
): Promise<void> {
  for (const budget of budgets) {
    const state = await readBudget(transaction, budget);
    if (state.spentUsd >= budget.limitUsd * WARNED_FROM)
      await sayOnce(transaction, "budget.warned", state, executionId);
  }
}

/** Says that a budget is spent, once a day. */
export async function sayReached(
  transaction: StoreTransaction,
  state: BudgetState,
  executionId: string,
): Promise<void> {
  await sayOnce(transaction, "budget.reached", state, executionId);
}

/**
 * A scheduled execution does not begin on a day whose money is spent: its schedule comes again. What a human, an event or a webhook
 * started does begin, and waits for the reset where it needs the money.
 */
export async function isDaySpent(
  transaction: StoreTransaction,
  row: Pick<ExecutionRow, "id" | "fence" | "trigger">,
  hand: HandConfig,
  limits: ProjectLimits,
): Promise<boolean> {
  if (row.fence > 0 || row.trigger !== "schedule") return false;
  for (const budget of listDayBudgets(hand, limits, transaction.nowMs)) {
    const state = await readBudget(transaction, budget);
    if (state.spentUsd + state.reservedUsd < budget.limitUsd) continue;
    await sayReached(transaction, state, row.id);
    return true;
  }
  return false;
}

/** Says that an execution used up its own money, or nearly: with the reply that passes 80 %, and with the question that has no room. */
export async function sayOfExecution(
  transaction: StoreTransaction,
  type: "budget.warned" | "budget.reached",
  execution: { readonly id: string; readonly handName: string },
  money: { readonly limitUsd: number; readonly spentUsd: number },
): Promise<void> {
  await appendEvent(transaction, {
    type,
    handName: execution.handName,
    executionId: execution.id,
    data: { scope: "execution", limit: "max_cost_usd", ...money, resetsAt: null },
    isAudited: true,
  });
}

/** Does this reply take an execution over the 80 % of its own money? */
export function passesWarning(limitUsd: number, beforeUsd: number, afterUsd: number): boolean {
  const from = limitUsd * WARNED_FROM;
  return beforeUsd < from && afterUsd >= from;
}

async function sayOnce(
  transaction: StoreTransaction,
  type: "budget.warned" | "budget.reached",
  state: BudgetState,
  executionId: string,
): Promise<void> {
  // A limit that was raised meanwhile is another budget.
  const day = `${toIso(state.startsAt)} of ${state.limitUsd}`;
  if (!(await noteSaid(transaction, `${type}/${nameBudget(state)}`, day))) return;
  await appendEvent(transaction, {
    type,
    handName: state.handName,
    executionId,
    data: {
      scope: state.scope,
      limit: "max_cost_usd_per_day",
      limitUsd: state.limitUsd,
      spentUsd: state.spentUsd,
      resetsAt: toIso(state.resetsAt),
    },
    isAudited: true,
  });
}

function nameBudget({ scope, handName }: DayBudget): string {
  return handName === null ? scope : `${scope}/${handName}`;
}

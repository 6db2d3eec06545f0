import type { HandConfig } from "../manifest/index.ts";
import type { Store, StoreTransaction } from "../store/index.ts";

/** The last midnight of the hand's own timezone, epoch milliseconds: where its day's budget starts. */
export function startOfBudgetDay(hand: HandConfig, nowMs: number): number {
  const timezone = hand.schedule?.timezone ?? "UTC";
  const { hour, minute, second } = readWallTime(timezone, nowMs);
  const guess = nowMs - (nowMs % 1000) - ((hour * 60 + minute) * 60 + second) * 1000;
  // A clock change since midnight moves the guess by its size.
  const off = readWallTime(timezone, guess);
  const offsetMs = ((off.hour * 60 + off.minute) * 60 + off.second) * 1000;
  return offsetMs === 0 ? guess : offsetMs < 43_200_000 ? guess - offsetMs : guess + (86_400_000 - offsetMs);
}

/** The next midnight of the hand's own timezone, epoch milliseconds: when its day's budget is fresh again. */
export function endOfBudgetDay(hand: HandConfig, nowMs: number): number {
  // 36 hours after midnight is always in the next day, however long a clock change made this one.
  return startOfBudgetDay(hand, startOfBudgetDay(hand, nowMs) + 36 * 3_600_000);
}

function readWallTime(timezone: string, epochMs: number): { hour: number; minute: number; second: number } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(epochMs);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return { hour: read("hour"), minute: read("minute"), second: read("second") };
}

/** What one execution cost, with what is set aside for its calls under way, in US dollars. */
export async function sumCostOf(
  source: Pick<Store | StoreTransaction, "db">,
  executionId: string,
): Promise<number> {
  const settled = await source.db
    .selectFrom("execution_steps")
    .select((builder) => builder.fn.sum<number>("cost_usd").as("sum"))
    .where("execution_id", "=", executionId)
    .executeTakeFirst();
  const row = await source.db
    .selectFrom("hand_executions")
    .select("reserved_cost_usd")
    .where("id", "=", executionId)
    .executeTakeFirst();
  return Number(settled?.sum ?? 0) + Number(row?.reserved_cost_usd ?? 0);
}

/** What a hand's executions cost since an instant, with what is set aside for calls under way, in US dollars. */
export async function sumCostSince(
  source: Pick<Store | StoreTransaction, "db">,
  handName: string,
  sinceMs: number,
): Promise<number> {
  const row = await source.db
    .selectFrom("execution_steps")
    .innerJoin("hand_executions", "hand_executions.id", "execution_steps.execution_id")
    .select((builder) => builder.fn.sum<number>("execution_steps.cost_usd").as("settled"))
    .where("hand_executions.hand_name", "=", handName)
    .where("execution_steps.completed_at", ">=", sinceMs)
    .executeTakeFirst();
  const reserved = await source.db
    .selectFrom("hand_executions")
    .select((builder) => builder.fn.sum<number>("reserved_cost_usd").as("reserved"))
    .where("hand_name", "=", handName)
    .where("status", "=", "running")
    .executeTakeFirst();
  return Number(row?.settled ?? 0) + Number(reserved?.reserved ?? 0);
}

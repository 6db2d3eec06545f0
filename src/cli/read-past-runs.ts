import type { PastRuns } from "../explain/index.ts";
import type { Store } from "../store/index.ts";
import { listRecentOfHands } from "../store/index.ts";

/** Rows that are looked at for each hand. */
const NEWEST = 50;

/** What the newest runs of each hand took, by name. */
export async function readPastRuns(
  store: Pick<Store, "db">,
  handNames: readonly string[],
): Promise<ReadonlyMap<string, PastRuns>> {
  const recent = await listRecentOfHands(store, handNames, NEWEST);
  return new Map(
    handNames.map((name) => {
      const durations: number[] = [];
      const costs: (number | null)[] = [];
      for (const { started_at, completed_at, active_ms, cost_usd } of recent.get(name) ?? []) {
        if (started_at === null || completed_at === null) continue;
        durations.push(active_ms);
        costs.push(cost_usd);
      }
      const known = costs.filter((cost) => cost !== null);
      return [
        name,
        {
          count: durations.length,
          averageDurationMs: average(durations),
          averageCostUsd: known.length === costs.length ? average(known) : null,
        },
      ];
    }),
  );
}

function average(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

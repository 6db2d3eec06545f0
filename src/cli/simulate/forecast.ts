import { toIso } from "../../core/index.ts";
import { describeSchedule } from "../../schedule/index.ts";
import { playFires } from "./play-fires.ts";
import type { SimulatedFires, SimulatedHand } from "./types.ts";

/** What one hand would do. Instants are ISO 8601 UTC. */
interface ForecastHand {
  readonly handName: string;
  readonly schedule: string;
  readonly fireCount: number;
  readonly runCount: number;
  /** Fires that come while a run works, by what becomes of them or of the run. */
  readonly skippedCount: number;
  readonly heldCount: number;
  readonly cancelledCount: number;
  /** Fires beyond what is played: they are in `fireCount` alone. */
  readonly unplayedCount: number;
  readonly firstFireAt: string | null;
  readonly lastFireAt: string | null;
  readonly durationMs: number | null;
  readonly durationFrom: "option" | "record" | null;
  readonly costUsdPerRun: number | null;
  readonly estimatedCostUsd: number | null;
}

/** What would happen in a span of days. */
export interface Forecast {
  readonly from: string;
  readonly until: string;
  readonly hands: readonly ForecastHand[];
  /** Null where nothing is known of the cost of a hand that would run. */
  readonly estimatedCostUsd: number | null;
  /** When the most runs work at once; null where no duration is known. */
  readonly busiest: {
    readonly at: string;
    readonly runCount: number;
    readonly handNames: readonly string[];
  } | null;
  /** Days of UTC, and the runs that start in each. */
  readonly days: readonly {
    readonly date: string;
    readonly runCount: number;
    readonly byHand: Readonly<Record<string, number>>;
  }[];
}

const DAY_MS = 86_400_000;

/** What hands would do between two instants, by their schedules alone. */
export function forecast(
  hands: readonly SimulatedHand[],
  span: { readonly fromMs: number; readonly untilMs: number },
): Forecast {
  const played = hands.map((hand) => ({ hand, result: playFires(hand, span) }));
  const forecastHands = played.map(({ hand, result }) => describeHand(hand, result));
  const costs = forecastHands.map((hand) => (hand.runCount === 0 ? 0 : hand.estimatedCostUsd));
  const known = costs.filter((cost) => cost !== null);
  return {
    from: toIso(span.fromMs),
    until: toIso(span.untilMs),
    hands: forecastHands,
    estimatedCostUsd: known.length === costs.length ? known.reduce((sum, cost) => sum + cost, 0) : null,
    busiest: findBusiest(played),
    days: countDays(played, span),
  };
}

function describeHand(hand: SimulatedHand, result: SimulatedFires): ForecastHand {
  const { fires, runs, skippedCount, heldCount, cancelledCount, unplayedCount } = result;
  const { costUsdPerRun } = hand;
  return {
    handName: hand.handName,
    schedule: describeSchedule(hand.schedule),
    fireCount: fires.length + unplayedCount,
    runCount: runs.length,
    skippedCount,
    heldCount,
    cancelledCount,
    unplayedCount,
    firstFireAt: toIso(fires[0] ?? null),
    lastFireAt: toIso(fires.at(-1) ?? null),
    durationMs: hand.durationMs,
    durationFrom: hand.durationFrom,
    costUsdPerRun,
    estimatedCostUsd: costUsdPerRun === null ? null : costUsdPerRun * (runs.length + unplayedCount),
  };
}

type Played = readonly { readonly hand: SimulatedHand; readonly result: SimulatedFires }[];

function findBusiest(played: Played): Forecast["busiest"] {
  const changes = played.flatMap(({ hand, result }) =>
    result.runs.flatMap(({ startsAt, endsAt }) =>
      endsAt > startsAt
        ? [
            { atMs: startsAt, by: 1, handName: hand.handName },
            { atMs: endsAt, by: -1, handName: hand.handName },
          ]
        : [],
    ),
  );
  // At one instant what ends makes room for what starts.
  changes.sort((left, right) => left.atMs - right.atMs || left.by - right.by);
  const running = new Map<string, number>();
  let runCount = 0;
  let busiest: Forecast["busiest"] = null;
  for (const { atMs, by, handName } of changes) {
    runCount += by;
    running.set(handName, (running.get(handName) ?? 0) + by);
    if (runCount <= (busiest?.runCount ?? 0)) continue;
    const handNames = [...running].filter(([, count]) => count > 0).map(([name]) => name);
    busiest = { at: toIso(atMs), runCount, handNames };
  }
  return busiest;
}

function countDays(
  played: Played,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
) {
  const days: { date: string; runCount: number; byHand: Record<string, number> }[] = [];
  const firstMs = Math.floor(fromMs / DAY_MS) * DAY_MS;
  for (let dayMs = firstMs; dayMs < untilMs; dayMs += DAY_MS)
    days.push({ date: toIso(dayMs).slice(0, 10), runCount: 0, byHand: {} });
  for (const { hand, result } of played) {
    for (const { startsAt } of result.runs) {
      const day = days[Math.floor((startsAt - firstMs) / DAY_MS)];
      if (day === undefined) continue;
      day.runCount += 1;
      day.byHand[hand.handName] = (day.byHand[hand.handName] ?? 0) + 1;
    }
  }
  return days;
}

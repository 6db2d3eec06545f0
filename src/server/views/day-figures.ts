import type { Figures } from "../../store/index.ts";
import type { DayFigures } from "../api-types.ts";

export const DAY_MS = 86_400_000;

/** Figures of each UTC day from the one that begins at `since`; days without an execution are there, too. */
export function calculateDays(rows: readonly Figures[], since: number, days: number): readonly DayFigures[] {
  const byDay = Map.groupBy(rows, (row) => Math.floor((row.created_at - since) / DAY_MS));
  return Array.from({ length: days }, (_, index) => {
    const ran = (byDay.get(index) ?? []).filter((row) => row.outcome !== "skipped");
    const durations = ran.flatMap((row) =>
      row.started_at === null || row.completed_at === null ? [] : [row.completed_at - row.started_at],
    );
    return {
      day: new Date(since + index * DAY_MS).toISOString().slice(0, 10),
      runs: ran.length,
      succeeded: ran.filter((row) => row.outcome === "success").length,
      failed: ran.filter((row) => row.outcome === "failure" || row.outcome === "timeout").length,
      medianDurationMs: calculateMedian(durations),
      inputTokens: sum(ran.map((row) => row.input_tokens)),
      outputTokens: sum(ran.map((row) => row.output_tokens)),
      costUsd: sum(ran.map((row) => row.cost_usd ?? 0)),
    };
  });
}

/** The middle of the values, the lower one of two; null where there is none. */
function calculateMedian(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

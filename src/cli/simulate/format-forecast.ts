import { formatDuration } from "../../core/index.ts";
import { formatTable } from "../format-table.ts";
import { formatInstant } from "../format-time.ts";
import { toPrintable } from "../printable.ts";
import type { OutputStream } from "../terminal.ts";
import type { Forecast } from "./forecast.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** A forecast for people: a line for each hand, what meets what, and a calendar with the runs of each day. */
export function formatForecast(out: OutputStream, forecast: Forecast): string {
  const { bold } = out.colors;
  const table = formatTable(
    out,
    ["NAME", "FIRES", "RUNS", "SKIPPED", "HELD", "CANCELLED", "EACH TAKES", "COST", "SCHEDULE"],
    forecast.hands.map((hand) => [
      hand.handName,
      String(hand.fireCount),
      hand.unplayedCount === 0 ? String(hand.runCount) : `${hand.runCount}+`,
      String(hand.skippedCount),
      String(hand.heldCount),
      String(hand.cancelledCount),
      hand.durationMs === null ? "unknown" : `${formatDuration(hand.durationMs)} (${hand.durationFrom})`,
      formatCost(hand.estimatedCostUsd),
      toPrintable(hand.schedule),
    ]),
  );
  const facts = [`Together ${formatCost(forecast.estimatedCostUsd)}, by what past runs cost.`];
  if (forecast.busiest !== null) {
    const { at, runCount, handNames } = forecast.busiest;
    facts.push(`Most at once: ${runCount}, first at ${formatInstant(at)} (${handNames.join(", ")}).`);
  }
  return `${table}\n${facts.join("\n")}\n\n${bold("Runs that start on each day (UTC)")}\n${formatCalendar(out, forecast)}`;
}

function formatCost(costUsd: number | null): string {
  return costUsd === null ? "unknown" : `$${costUsd.toFixed(2)}`;
}

/** A week a line, from Monday. */
function formatCalendar(out: OutputStream, { days }: Forecast): string {
  const weeks = new Map<string, string[]>();
  for (const { date, runCount } of days) {
    const weekday = (new Date(date).getUTCDay() + 6) % 7;
    const monday = new Date(Date.parse(date) - weekday * 86_400_000).toISOString().slice(0, 10);
    const week = weeks.get(monday) ?? WEEKDAYS.map(() => "");
    week[weekday] = runCount === 0 ? "." : String(runCount);
    weeks.set(monday, week);
  }
  return formatTable(
    out,
    ["WEEK OF", ...WEEKDAYS],
    [...weeks].map(([monday, week]) => [monday, ...week.map((cell) => cell.padStart(3))]),
  );
}

import type { DayFigures } from "../../api/types.ts";
import { formatDuration } from "../../format/instants.ts";
import { formatCost, formatCount, formatShort } from "../../format/numbers.ts";
import { Panel } from "../../parts/panel.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { BarChart } from "./bar-chart.tsx";

/** How the last 30 days went; the numbers behind the bars are a table. */
export default function Charts({ days }: { readonly days: readonly DayFigures[] }) {
  const names = days.map(({ day }) => day);
  const hasNothing = days.every((day) => day.runs === 0);
  return (
    <Panel title="Last 30 days" aside={<span className="text-small text-ink-3">days in UTC</span>}>
      {hasNothing ? (
        <p className="px-4 py-3 text-ink-2">It did not run in these days.</p>
      ) : (
        <div className="grid gap-px bg-line sm:grid-cols-2">
          <BarChart
            title="Executions, failed in red"
            days={names}
            layers={[
              { fill: "fill-bad", values: days.map((day) => day.succeeded + day.failed) },
              { fill: "fill-ok", values: days.map((day) => day.succeeded) },
            ]}
            format={formatShort}
          />
          <BarChart
            title="Median duration"
            days={names}
            layers={[{ fill: "fill-accent", values: days.map((day) => day.medianDurationMs ?? 0) }]}
            format={(value) => formatDuration(value)}
          />
          <BarChart
            title="Tokens"
            days={names}
            layers={[{ fill: "fill-accent", values: days.map((day) => day.inputTokens + day.outputTokens) }]}
            format={formatShort}
          />
          <BarChart
            title="Cost"
            days={names}
            layers={[{ fill: "fill-accent", values: days.map((day) => day.costUsd) }]}
            format={(value) => formatCost(value)}
          />
        </div>
      )}
      <details className="border-t border-line">
        <summary className="px-4 py-2 text-small text-ink-2">As a table</summary>
        <ScrollBox className="max-h-96 overflow-auto" aria-label="Figures by day" role="group">
          <table className="table">
            <thead>
              <tr>
                {["Day", "Executions", "Good", "Failed", "Median", "Tokens", "Cost"].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map((day) => (
                <tr key={day.day}>
                  <th scope="row" className="font-normal">
                    {day.day}
                  </th>
                  <td>{formatCount(day.runs)}</td>
                  <td>{formatCount(day.succeeded)}</td>
                  <td>{formatCount(day.failed)}</td>
                  <td>{day.medianDurationMs === null ? "–" : formatDuration(day.medianDurationMs)}</td>
                  <td>{formatCount(day.inputTokens + day.outputTokens)}</td>
                  <td>{formatCost(day.costUsd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      </details>
    </Panel>
  );
}

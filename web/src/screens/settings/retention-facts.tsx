import type { Settings } from "../../api/types.ts";
import { formatCount } from "../../format/numbers.ts";
import { Instant } from "../../parts/instant.tsx";
import { Fact } from "../../parts/panel.tsx";

const DAY_MS = 86_400_000;

/** What goes by itself, and what went last. */
export function RetentionFacts({ retention }: { readonly retention: Settings["retention"] }) {
  const { prunesAnything, lastPruning } = retention;
  return (
    <>
      <Fact name="Policy">
        {prunesAnything ? describeLimits(retention) : "Everything is kept; nothing is pruned."}
      </Fact>
      {prunesAnything ? (
        <Fact name="Archive">{retention.archiveDir ?? "none: what goes is gone"}</Fact>
      ) : null}
      {lastPruning === null ? null : (
        <Fact name="Pruned last">
          <Instant at={lastPruning.endedAt} />, {formatCount(sum(lastPruning.removed))} rows;{" "}
          {formatCount(sum(lastPruning.totalRemoved))} altogether
        </Fact>
      )}
    </>
  );
}

function describeLimits(retention: Settings["retention"]): string {
  const { executionsMs, executionsPerHand, eventsMs, deliveriesMs, versionsMs, keepNewest } = retention;
  const age = (name: string, ms: number | null) =>
    ms === null ? [] : [`${name} after ${Math.round(ms / DAY_MS)} days`];
  const limits = [
    ...age("executions", executionsMs),
    ...(executionsPerHand === null ? [] : [`executions beyond ${executionsPerHand} of a hand`]),
    ...age("events", eventsMs),
    ...age("deliveries", deliveriesMs),
    ...age("unused versions", versionsMs),
  ];
  return `Pruned: ${limits.join(", ")}. The newest ${keepNewest} executions of each hand stay.`;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

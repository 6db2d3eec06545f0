import type { ReactNode } from "react";
import type { Overview } from "../../api/types.ts";
import { formatAbsolute, formatRelative } from "../../format/instants.ts";
import { formatCost, formatPlural, formatShort } from "../../format/numbers.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { useNow } from "../../parts/clock.ts";
import type { IconName } from "../../parts/icons.tsx";
import { Icon } from "../../parts/icons.tsx";

/** The five readings: needs you, running, failed, next, spent. */
export function Figures({ overview }: { readonly overview: Overview }) {
  const { needsYou, running, failed24h, nextFires, spentToday } = overview;
  const nowMs = useNow(1000);
  const next = nextFires.find((fire) => !fire.isHeld);
  const nearlySpent = findNearlySpent(spentToday.budgets);
  const tokens = spentToday.inputTokens + spentToday.outputTokens;
  return (
    <ul className="panel grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 lg:grid-cols-5">
      <Figure
        name="Needs you"
        href={addresses.inbox}
        icon="hand"
        tone={needsYou.count > 0 ? "text-wait" : "text-ink"}
        value={needsYou.count}
        note={needsYou.count === 0 ? "nothing waits" : `oldest ${oldest(needsYou.items, nowMs)}`}
      />
      <Figure
        name="Running"
        href={`${addresses.executions}?status=running`}
        icon="spinner"
        tone={running.count > 0 ? "text-accent" : "text-ink"}
        value={running.count}
        note={
          running.items[0] === undefined ? "all quiet" : names(running.items.map((item) => item.handName))
        }
      />
      <Figure
        name="Failed, 24 h"
        href={`${addresses.executions}?outcome=failure`}
        icon="cross"
        tone={failed24h.count > 0 ? "text-bad" : "text-ink"}
        value={failed24h.count}
        note={failed24h.items[0] === undefined ? "none" : names(failed24h.items.map((item) => item.handName))}
      />
      <Figure
        name="Next"
        href={addresses.calendar}
        icon="clock"
        tone="text-ink"
        value={next === undefined ? "–" : formatRelative(Date.parse(next.at), nowMs)}
        note={next === undefined ? "nothing scheduled" : next.handName}
        tip={next === undefined ? undefined : formatAbsolute(Date.parse(next.at))}
      />
      <Figure
        name="Spent today"
        href={addresses.executions}
        icon="overview"
        tone={nearlySpent === undefined ? "text-ink" : "text-wait"}
        value={formatCost(spentToday.costUsd)}
        note={
          nearlySpent !== undefined
            ? describeBudget(nearlySpent)
            : spentToday.unpricedCount > 0
              ? `${formatPlural(spentToday.unpricedCount, "execution")} without a price`
              : `${formatShort(tokens)} tokens`
        }
        tip={describeDay(spentToday, nearlySpent)}
      />
    </ul>
  );
}

interface FigureProps {
  readonly name: string;
  readonly href: string;
  readonly icon: IconName;
  readonly tone: string;
  readonly value: ReactNode;
  readonly note: string;
  readonly tip?: string | undefined;
}

function Figure({ name, href, icon, tone, value, note, tip }: FigureProps) {
  return (
    <li className="bg-surface max-sm:last:col-span-2">
      <Link
        href={href}
        data-tip={tip}
        className="block h-full px-4 py-3 hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <span className="legend flex items-center gap-1.5">
          <Icon name={icon} className="h-3.5 w-3.5" />
          {name}
        </span>
        <span className={`mt-1 block truncate text-figure font-semibold tracking-tight ${tone}`}>
          {value}
        </span>
        <span className="block truncate text-small text-ink-2">{note}</span>
      </Link>
    </li>
  );
}

type Budget = Overview["spentToday"]["budgets"][number];

/** The budget of which most is gone, if it is at least 80 %. */
function findNearlySpent(budgets: readonly Budget[]): Budget | undefined {
  const share = (budget: Budget) => budget.spentUsd / budget.limitUsd;
  const [most] = budgets.toSorted((left, right) => share(right) - share(left));
  return most !== undefined && share(most) >= 0.8 ? most : undefined;
}

function describeBudget({ handName, spentUsd, limitUsd }: Budget): string {
  return `${handName ?? "project"}: ${formatCost(spentUsd)} of ${formatCost(limitUsd)}`;
}

function describeDay({ since }: Overview["spentToday"], budget: Budget | undefined): string {
  const day = `Since ${formatAbsolute(Date.parse(since))}`;
  return budget === undefined
    ? day
    : `${day}; the budget is fresh at ${formatAbsolute(Date.parse(budget.resetsAt))}`;
}

function oldest(items: Overview["needsYou"]["items"], nowMs: number): string {
  return formatRelative(Math.min(...items.map((item) => Date.parse(item.createdAt))), nowMs);
}

function names(all: readonly string[]): string {
  const different = [...new Set(all)];
  const shown = different.slice(0, 2).join(", ");
  return different.length > 2 ? `${shown} and ${different.length - 2} more` : shown;
}

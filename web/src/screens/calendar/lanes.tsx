import type { Calendar, CalendarEntry } from "../../api/types.ts";
import { formatAbsolute, formatClock, formatDay, startOfLocalDay } from "../../format/instants.ts";
import { formatWords } from "../../format/numbers.ts";
import { toneFill } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { useNow } from "../../parts/clock.ts";
import { Panel } from "../../parts/panel.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { signOfEntry } from "./entry-sign.ts";

interface LanesProps {
  readonly calendar: Calendar;
  readonly fromMs: number;
  readonly days: number;
}

/** A score: one lane for each hand, a mark for each fire, the present as a line. The table below it has the same. */
export function Lanes({ calendar, fromMs, days }: LanesProps) {
  const nowMs = useNow(60_000);
  const toMs = startOfLocalDay(fromMs, days);
  const place = (atMs: number) => ((atMs - fromMs) / (toMs - fromMs)) * 100;
  const byHand = Map.groupBy(calendar.entries, (entry) => entry.handName);
  const names = [
    ...new Set([...byHand.keys(), ...calendar.frequent.map((each) => each.handName)]),
  ].toSorted();
  const marks =
    days === 1
      ? [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => fromMs + hour * 3_600_000)
      : Array.from({ length: days }, (_, index) => startOfLocalDay(fromMs, index));
  const isNowHere = nowMs >= fromMs && nowMs < toMs;
  return (
    <Panel title="Fires" aside={<Key />}>
      <ScrollBox className="overflow-x-auto" role="group" aria-label="Fires of each hand over time">
        <div className="min-w-[44rem]">
          <div className="grid grid-cols-[9rem_minmax(0,1fr)] border-b border-line bg-sunken text-micro text-ink-3 lg:grid-cols-[13rem_minmax(0,1fr)]">
            <span />
            <div className="relative h-7" aria-hidden="true">
              {marks.map((atMs) => (
                <span
                  key={atMs}
                  style={{ left: `${place(atMs)}%` }}
                  className="absolute top-1.5 border-l border-line pl-1.5 whitespace-nowrap"
                >
                  {days === 1 ? formatClock(atMs) : formatDay(atMs)}
                </span>
              ))}
            </div>
          </div>
          <ul className="divide-y divide-line">
            {names.map((name) => (
              <li
                key={name}
                className="grid grid-cols-[9rem_minmax(0,1fr)] items-center lg:grid-cols-[13rem_minmax(0,1fr)]"
              >
                <Link href={addresses.hand(name)} className="truncate px-4 font-medium hover:underline">
                  {name}
                </Link>
                <div className="relative h-11">
                  {marks.map((atMs) => (
                    <span
                      key={atMs}
                      style={{ left: `${place(atMs)}%` }}
                      className="absolute inset-y-0 border-l border-line"
                    />
                  ))}
                  {isNowHere ? (
                    <span
                      style={{ left: `${place(nowMs)}%` }}
                      className="absolute inset-y-0 border-l border-accent"
                    />
                  ) : null}
                  {calendar.frequent
                    .filter((each) => each.handName === name)
                    .map((each) => (
                      <span
                        key={each.firstAt}
                        data-tip={`${each.count} fires\nuntil ${formatAbsolute(Date.parse(each.lastAt))}`}
                        style={{
                          left: `${place(Math.max(fromMs, Date.parse(each.firstAt)))}%`,
                          width: `${Math.max(0.5, place(Math.min(toMs, Date.parse(each.lastAt))) - place(Math.max(fromMs, Date.parse(each.firstAt))))}%`,
                        }}
                        className="absolute top-1/2 h-2 -translate-y-1/2 rounded-sm border border-line-strong bg-sunken"
                      />
                    ))}
                  {(byHand.get(name) ?? []).map((entry) => (
                    <Mark
                      key={`${entry.at} ${entry.executionId ?? entry.kind}`}
                      entry={entry}
                      left={place(Date.parse(entry.at))}
                    />
                  ))}
                </div>
              </li>
            ))}
          </ul>
        </div>
      </ScrollBox>
    </Panel>
  );
}

interface MarkProps {
  readonly entry: CalendarEntry;
  readonly left: number;
}

/** Full: it ran. Hollow: it will. Low: it was skipped. Broken: it failed. */
function Mark({ entry, left }: MarkProps) {
  const sign = signOfEntry(entry);
  const tip = [
    sign.word + (entry.reason === null ? "" : `: ${formatWords(entry.reason)}`),
    formatAbsolute(Date.parse(entry.at)),
    entry.count > 1 ? `stands for ${entry.count} fires` : "",
  ]
    .filter(Boolean)
    .join("\n");
  const shape = (
    <svg viewBox="0 0 8 24" width="8" height="24" aria-hidden="true" className={toneFill[sign.tone]}>
      {shapeOf(entry)}
    </svg>
  );
  const shared = {
    style: { left: `calc(${left}% - 4px)` },
    "data-tip": tip,
    className: "absolute top-2.5 rounded-sm",
  };
  return entry.executionId === null ? (
    <span {...shared}>{shape}</span>
  ) : (
    <Link
      {...shared}
      href={addresses.execution(entry.executionId)}
      aria-label={`${entry.handName}: ${tip}`}
      tabIndex={-1}
    >
      {shape}
    </Link>
  );
}

function shapeOf(entry: CalendarEntry) {
  if (entry.kind === "planned" || entry.kind === "held") {
    return (
      <path
        fillRule="evenodd"
        d="M2.5 4h3a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM3 5.5v13h2v-13Z"
      />
    );
  }
  if (entry.kind === "skipped") return <rect x="1.5" y="15" width="5" height="5" rx="1" />;
  if (entry.outcome === "failure" || entry.outcome === "timeout") {
    return (
      <path d="M1.5 5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v4.5l-5 2.5Zm5 7v7a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1v-4.5Z" />
    );
  }
  return <rect x="1.5" y="4" width="5" height="16" rx="1" />;
}

function Key() {
  return (
    <span className="text-small text-ink-3 max-lg:hidden">
      full: ran · hollow: planned · low: skipped · broken: failed
    </span>
  );
}

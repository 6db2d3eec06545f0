import { useQuery } from "@tanstack/react-query";
import { calendarQuery } from "../../api/queries.ts";
import { formatDay, startOfLocalDay, zoneName } from "../../format/instants.ts";
import { Link } from "../../navigation/link.tsx";
import { useAddress, withSearch } from "../../navigation/location.ts";
import { readNow } from "../../parts/clock.ts";
import { Icon } from "../../parts/icons.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";
import { EntryTable } from "./entry-table.tsx";
import { Lanes } from "./lanes.tsx";

const lengths = { day: 1, week: 7 } as const;

/** What ran, what was skipped and why, and what will run: a lane for each hand. */
export default function CalendarScreen() {
  const { search } = useAddress();
  const view = search.get("view") === "day" ? "day" : "week";
  const days = lengths[view];
  const wanted = Date.parse(`${search.get("from") ?? ""}T00:00`);
  const today = startOfLocalDay(readNow());
  const fromMs = Number.isNaN(wanted) ? startOfLocalDay(today, view === "week" ? -2 : 0) : wanted;
  const toMs = startOfLocalDay(fromMs, days);
  const { data, error, isPending } = useQuery(
    calendarQuery(new Date(fromMs).toISOString(), new Date(toMs).toISOString()),
  );
  const goTo = (atMs: number | null) => withSearch({ from: atMs === null ? null : dayName(atMs) });
  const last = startOfLocalDay(fromMs, days - 1);
  return (
    <Page
      title="Calendar"
      lead={`${days === 1 ? formatDay(fromMs) : `${formatDay(fromMs)} to ${formatDay(last)}`}, ${zoneName}`}
      actions={
        <>
          <nav aria-label="Time" className="flex items-center gap-1">
            <Step href={goTo(startOfLocalDay(fromMs, -days))} label={`The ${view} before`} icon="back" />
            <Link
              href={goTo(null)}
              className="flex min-h-9 items-center rounded-md border border-line-strong bg-surface px-3 font-medium hover:bg-sunken max-lg:min-h-11"
            >
              Today
            </Link>
            <Step href={goTo(toMs)} label={`The ${view} after`} icon="chevron" />
          </nav>
          <nav aria-label="View" className="flex rounded-md border border-line-strong bg-surface p-0.5">
            {(["day", "week"] as const).map((each) => (
              <Link
                key={each}
                href={withSearch({ view: each === "week" ? null : each, from: null })}
                aria-current={each === view ? "true" : undefined}
                className={`flex min-h-8 items-center rounded-sm px-3 font-medium capitalize max-lg:min-h-10 ${each === view ? "bg-accent-soft text-accent" : "text-ink-2 hover:bg-sunken"}`}
              >
                {each}
              </Link>
            ))}
          </nav>
        </>
      }
    >
      {error === null ? null : <FailureNote error={error} />}
      {isPending ? (
        <div className="panel">
          <SkeletonRows count={6} label="Loading the calendar" />
        </div>
      ) : null}
      {data === undefined ? null : data.entries.length + data.frequent.length === 0 ? (
        <div className="panel">
          <Empty
            title="Nothing ran here and nothing is planned."
            next="`hands next` lists the fires that lie ahead."
          />
        </div>
      ) : (
        <div className="space-y-6">
          <Lanes calendar={data} fromMs={fromMs} days={days} />
          <EntryTable calendar={data} />
        </div>
      )}
    </Page>
  );
}

interface StepProps {
  readonly href: string;
  readonly label: string;
  readonly icon: "back" | "chevron";
}

function Step({ href, label, icon }: StepProps) {
  return (
    <Link
      href={href}
      aria-label={label}
      className="grid h-9 w-9 place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink max-lg:h-11 max-lg:w-11"
    >
      <Icon name={icon} />
    </Link>
  );
}

/** A local day as `2026-07-03`. */
function dayName(atMs: number): string {
  const date = new Date(atMs);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

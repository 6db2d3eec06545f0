import { useState } from "react";
import type { Calendar } from "../../api/types.ts";
import { formatClock, formatDay, formatDuration } from "../../format/instants.ts";
import { formatWords } from "../../format/numbers.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Button } from "../../parts/button.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { SignText } from "../../parts/sign.tsx";
import { signOfEntry } from "./entry-sign.ts";

const FIRST = 60;

/** The same as the lanes, in words. */
export function EntryTable({ calendar }: { readonly calendar: Calendar }) {
  const [limit, setLimit] = useState(FIRST);
  const entries = calendar.entries.toSorted((a, b) => a.at.localeCompare(b.at));
  return (
    <Panel title="The same as a table">
      <ScrollBox className="overflow-x-auto" role="group" aria-label="Fires as a table">
        <table className="table">
          <thead>
            <tr>
              {["When", "", "Hand", "What", "Why", "Took"].map((title) => (
                <th key={title} scope="col">
                  {title === "" ? <span className="sr-only">Relative</span> : title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.slice(0, limit).map((entry) => (
              <tr key={`${entry.handName} ${entry.at} ${entry.executionId ?? entry.kind}`}>
                <td className="whitespace-nowrap">
                  {formatDay(Date.parse(entry.at))} {formatClock(Date.parse(entry.at))}
                </td>
                <td className="text-ink-2">
                  <Instant at={entry.at} />
                </td>
                <td>
                  <Link
                    href={
                      entry.executionId === null
                        ? addresses.hand(entry.handName)
                        : addresses.execution(entry.executionId)
                    }
                    className="font-medium hover:underline"
                  >
                    {entry.handName}
                  </Link>
                </td>
                <td>
                  <SignText sign={signOfEntry(entry)} className="text-small" />
                </td>
                <td className="text-ink-2">
                  {entry.reason === null ? entry.trigger : formatWords(entry.reason)}
                  {entry.count > 1 ? `, ${entry.count} fires` : ""}
                </td>
                <td className="whitespace-nowrap text-ink-2">
                  {entry.durationMs === null ? "" : formatDuration(entry.durationMs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {calendar.frequent.map((each) => (
        <p key={each.handName} className="border-t border-line px-4 py-2 text-small text-ink-2">
          {each.handName} fires {each.count} times from here on, too often to list each; the last{" "}
          <Instant at={each.lastAt} />.
        </p>
      ))}
      {calendar.isCut ? (
        <p className="border-t border-line px-4 py-2 text-small text-wait">
          More executions lie in this time than are listed. Look at a single day.
        </p>
      ) : null}
      {entries.length > limit ? (
        <div className="border-t border-line p-2 text-center">
          <Button look="bare" onClick={() => setLimit(limit * 4)}>
            {entries.length - limit} more
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

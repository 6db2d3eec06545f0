import type { HandDetail } from "../../api/types.ts";
import { formatClock, formatDay, zoneName } from "../../format/instants.ts";
import { Instant } from "../../parts/instant.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** When it runs: in words, and its next fires in its own zone and in that of this page. */
export function NextFires({ hand }: { readonly hand: HandDetail }) {
  const handZone = hand.schedule?.timezone ?? "UTC";
  const hasTwoZones = handZone !== zoneName;
  return (
    <Panel title="When it runs">
      <p className="px-4 pt-3">
        <SeenText text={hand.scheduleInWords ?? withoutSchedule(hand.trigger)} />
      </p>
      {hand.nextFires.length === 0 ? (
        <p className="px-4 pt-1 pb-3 text-ink-2">No fire lies ahead.</p>
      ) : (
        <div className="overflow-x-auto pt-1">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{handZone}</th>
                {hasTwoZones ? <th scope="col">{zoneName}</th> : null}
              </tr>
            </thead>
            <tbody>
              {hand.nextFires.map((at) => (
                <tr key={at}>
                  <td className="whitespace-nowrap">
                    {dayAndClock(at, handZone)}
                    <span className="block text-small text-ink-2">
                      <Instant at={at} />
                    </span>
                  </td>
                  {hasTwoZones ? <td className="whitespace-nowrap">{dayAndClock(at, zoneName)}</td> : null}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

const dayAndClock = (at: string, zone: string) =>
  `${formatDay(Date.parse(at), zone)} ${formatClock(Date.parse(at), zone)}`;

function withoutSchedule(trigger: HandDetail["trigger"]): string {
  switch (trigger) {
    case "event":
      return "When an event that it listens to happens.";
    case "webhook":
      return "When its webhook is called.";
    case "manual":
      return "Only when somebody starts it.";
    default:
      return "It has no schedule.";
  }
}

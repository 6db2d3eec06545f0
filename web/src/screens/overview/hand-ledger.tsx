import type { Overview } from "../../api/types.ts";
import { handSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Diagnostics } from "../../parts/diagnostics.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Empty } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";
import { Strip } from "../../parts/strip.tsx";

/** Every hand, its state, and how its last executions went; broken ones first, with what is wrong. */
export function HandLedger({ hands }: Pick<Overview, "hands">) {
  const inOrder = hands.toSorted((a, b) => rank(a) - rank(b) || a.hand.name.localeCompare(b.hand.name));
  return (
    <Panel
      title="Hands"
      aside={<span className="text-small text-ink-3">last 40 executions, newest at the right</span>}
    >
      {hands.length === 0 ? (
        <Empty
          title="There are no hands yet."
          next="Make one: `hands new NAME`. It shows here as soon as its folder is there."
        />
      ) : (
        <ul className="divide-y divide-line">
          {inOrder.map(({ hand, strip }) => (
            <li key={hand.name} className="px-4 py-3">
              <div className="grid items-center gap-x-4 gap-y-1 md:grid-cols-[minmax(0,1fr)_auto]">
                <div className="min-w-0">
                  <div className="flex flex-wrap items-center gap-x-3">
                    <Link href={addresses.hand(hand.name)} className="font-semibold hover:underline">
                      {hand.name}
                    </Link>
                    <SignText sign={handSigns[hand.status]} className="text-small" />
                  </div>
                  <p className="truncate text-small text-ink-2">
                    {hand.nextRunAt === null ? (
                      <SeenText text={hand.scheduleInWords ?? triggerWords(hand.trigger)} />
                    ) : (
                      <>
                        next <Instant at={hand.nextRunAt} />
                      </>
                    )}
                    {hand.lastRunAt === null ? null : (
                      <>
                        <span className="text-ink-3"> · last </span>
                        <Instant at={hand.lastRunAt} />
                      </>
                    )}
                  </p>
                </div>
                <Strip marks={strip} handName={hand.name} />
              </div>
              {hand.status === "error" ? (
                <Diagnostics problems={hand.problems.filter((problem) => problem.severity === "error")} />
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const rank = ({ hand }: Overview["hands"][number]) => (hand.status === "error" ? 0 : 1);

function triggerWords(trigger: string | null): string {
  switch (trigger) {
    case "manual":
      return "runs when you start it";
    case "event":
      return "runs on events";
    case "webhook":
      return "runs on a webhook";
    default:
      return "not scheduled";
  }
}

import { useQuery } from "@tanstack/react-query";
import { handsQuery } from "../../api/queries.ts";
import type { Hand } from "../../api/types.ts";
import { formatCount, formatPlural } from "../../format/numbers.ts";
import { handSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Diagnostics } from "../../parts/diagnostics.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";

/** Every hand, broken ones too. */
export default function HandsScreen() {
  const { data, error, isPending } = useQuery(handsQuery);
  return (
    <Page
      title="Hands"
      lead={data === undefined ? "Reading the hands" : formatPlural(data.items.length, "hand")}
    >
      {error === null ? null : <FailureNote error={error} />}
      <div className="panel overflow-hidden">
        {isPending ? <SkeletonRows count={6} label="Loading hands" /> : null}
        {data?.items.length === 0 ? (
          <Empty
            title="There are no hands yet."
            next="Make one: `hands new NAME`. It shows here as soon as its folder is there."
          />
        ) : null}
        <ul className="divide-y divide-line">
          {data?.items.map((hand) => (
            <li key={hand.name}>
              <HandRow hand={hand} />
            </li>
          ))}
        </ul>
      </div>
    </Page>
  );
}

function HandRow({ hand }: { readonly hand: Hand }) {
  const warnings = hand.problems.filter((problem) => problem.severity === "warning").length;
  return (
    <div className="px-4 py-3">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-0.5 lg:grid-cols-[14rem_8rem_minmax(0,1fr)_8rem_9rem]">
        <Link href={addresses.hand(hand.name)} className="truncate font-semibold hover:underline">
          {hand.name}
        </Link>
        <SignText sign={handSigns[hand.status]} className="text-small max-lg:justify-self-end" />
        <span className="min-w-0 text-ink-2 max-lg:col-span-2 lg:truncate">
          <SeenText text={hand.description} />
          {warnings === 0 ? null : <span className="text-wait"> · {formatPlural(warnings, "warning")}</span>}
        </span>
        <span className="text-small text-ink-2 lg:text-right">
          {hand.nextRunAt === null ? (hand.trigger ?? "") : <Instant at={hand.nextRunAt} />}
        </span>
        <span className="text-right text-small text-ink-2">
          {hand.runCount === 0
            ? hand.lastRunAt === null
              ? "never ran"
              : "none ended yet"
            : `${formatCount(hand.successCount)} of ${formatCount(hand.runCount)} good`}
        </span>
      </div>
      {hand.status === "error" ? (
        <Diagnostics problems={hand.problems.filter((problem) => problem.severity === "error")} />
      ) : null}
    </div>
  );
}

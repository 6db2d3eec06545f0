import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { overviewQuery } from "../../api/queries.ts";
import type { Overview } from "../../api/types.ts";
import { formatDay, zoneName } from "../../format/instants.ts";
import { executionSigns, phaseOf } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { learnServerTime, readNow } from "../../parts/clock.ts";
import { Icon } from "../../parts/icons.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Empty, FailureNote, Skeleton, SkeletonRows } from "../../parts/notes.tsx";
import { Page, Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";
import { NoAnswer } from "../inbox/no-answer.tsx";
import { Figures } from "./figures.tsx";
import { HandLedger } from "./hand-ledger.tsx";

/** What a person opens in the morning. */
export function OverviewScreen() {
  const { data, error, isPending } = useQuery(overviewQuery);
  useEffect(() => {
    if (data !== undefined) learnServerTime(data.now);
  }, [data]);
  return (
    <Page title="Overview" lead={`${formatDay(readNow())}, ${zoneName}`}>
      {error === null ? null : <FailureNote error={error} />}
      {isPending ? <OverviewSkeleton /> : null}
      {data === undefined ? null : <Content overview={data} />}
    </Page>
  );
}

function OverviewSkeleton() {
  return (
    <>
      <Skeleton className="mb-6 h-[6.5rem] w-full rounded-lg opacity-50" />
      <div className="panel">
        <SkeletonRows count={6} label="Loading the overview" />
      </div>
    </>
  );
}

function Content({ overview }: { readonly overview: Overview }) {
  return (
    <div className="space-y-6">
      {overview.isAllPaused ? (
        <p className="flex items-center gap-2 rounded-lg bg-wait-soft px-4 py-3 text-wait">
          <Icon name="pause" />
          <span>
            Everything is paused: nothing fires and nothing approves itself.{" "}
            <Link href={addresses.settings} className="font-medium underline underline-offset-3">
              Resume in Settings
            </Link>
          </span>
        </p>
      ) : null}
      <Figures overview={overview} />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0 space-y-6">
          <HandLedger hands={overview.hands} />
        </div>
        <div className="min-w-0 space-y-6 max-xl:-order-1">
          <NeedsYou needsYou={overview.needsYou} />
          <Failed failed={overview.failed24h} />
          <NextFires fires={overview.nextFires} />
        </div>
      </div>
    </div>
  );
}

function NeedsYou({ needsYou }: Pick<Overview, "needsYou">) {
  if (needsYou.count === 0) return null;
  return (
    <Panel
      title="Needs you"
      aside={
        <Link href={addresses.inbox} className="link text-small">
          Open the inbox
        </Link>
      }
    >
      <ul className="divide-y divide-line">
        {needsYou.items.slice(0, 5).map((item) => (
          <li key={item.id}>
            <Link href={addresses.approval(item.id)} className="block px-4 py-2.5 hover:bg-sunken">
              <span className="flex items-baseline gap-2">
                <span className="min-w-0 grow truncate font-medium">
                  <SeenText text={item.description || item.action} />
                </span>
                <Instant at={item.createdAt} className="text-small text-ink-3" />
              </span>
              <span className="flex flex-wrap gap-x-3 text-small text-ink-2">
                {item.handName}
                <NoAnswer approval={item} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Failed({ failed }: { readonly failed: Overview["failed24h"] }) {
  if (failed.count === 0) return null;
  return (
    <Panel
      title="Failed in 24 h"
      aside={
        <Link href={`${addresses.executions}?outcome=failure`} className="link text-small">
          All failures
        </Link>
      }
    >
      <ul className="divide-y divide-line">
        {failed.items.slice(0, 5).map((item) => (
          <li key={item.id}>
            <Link href={addresses.execution(item.id)} className="block px-4 py-2.5 hover:bg-sunken">
              <span className="flex items-baseline gap-2">
                <span className="min-w-0 grow truncate font-medium">{item.handName}</span>
                <SignText sign={executionSigns[phaseOf(item)]} className="self-center text-small" />
                <Instant at={item.completedAt ?? item.createdAt} className="text-small text-ink-3" />
              </span>
              {item.error === null ? null : (
                <span className="line-clamp-2 text-small text-ink-2">
                  <SeenText text={item.error.message} />
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NextFires({ fires }: { readonly fires: Overview["nextFires"] }) {
  return (
    <Panel
      title="Next"
      aside={
        <Link href={addresses.calendar} className="link text-small">
          Calendar
        </Link>
      }
    >
      {fires.length === 0 ? (
        <Empty
          title="Nothing is scheduled."
          next="Give a hand a `schedule`, or start one: `hands run NAME`."
        />
      ) : (
        <ul className="divide-y divide-line">
          {fires.slice(0, 8).map((fire) => (
            <li key={`${fire.handName} ${fire.at}`} className="flex items-baseline gap-2 px-4 py-2">
              <Link href={addresses.hand(fire.handName)} className="min-w-0 grow truncate hover:underline">
                {fire.handName}
              </Link>
              {fire.isHeld ? <span className="text-small text-wait">held: paused</span> : null}
              <Instant at={fire.at} className="text-small text-ink-2" />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

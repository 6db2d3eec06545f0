import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { handQuery } from "../../api/queries.ts";
import type { HandDetail } from "../../api/types.ts";
import { handSigns } from "../../format/states.ts";
import { Diagnostics } from "../../parts/diagnostics.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Instant } from "../../parts/instant.tsx";
import { FailureNote, Skeleton, SkeletonRows } from "../../parts/notes.tsx";
import { Page, Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignBadge } from "../../parts/sign.tsx";
import { TabSet } from "../../parts/tab-set.tsx";
import { Gates } from "./gates.tsx";
import { HandActions } from "./hand-actions.tsx";
import { HandExecutions } from "./hand-executions.tsx";
import { Manifest } from "./manifest.tsx";
import { Metrics } from "./metrics.tsx";
import { NextFires } from "./next-fires.tsx";
import { Prompt } from "./prompt.tsx";
import { Skills } from "./skills.tsx";
import { Tools } from "./tools.tsx";
import { Trust } from "./trust.tsx";

const Charts = lazy(() => import("./charts.tsx"));

/** Everything about one hand. */
export default function HandScreen({ name }: { readonly name: string }) {
  const { data, error } = useQuery(handQuery(name));
  if (data !== undefined) return <Content hand={data} />;
  return (
    <Page title={name}>
      {error === null ? (
        <div className="panel">
          <SkeletonRows count={8} label="Loading the hand" />
        </div>
      ) : (
        <FailureNote error={error} />
      )}
    </Page>
  );
}

function Content({ hand }: { readonly hand: HandDetail }) {
  return (
    <Page
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {hand.name}
          <span role="status" aria-live="polite">
            <SignBadge sign={handSigns[hand.status]} />
          </span>
        </span>
      }
      lead={<SeenText text={hand.description} />}
      actions={<HandActions hand={hand} />}
    >
      <div className="space-y-6">
        <PauseNote hand={hand} />
        {hand.errorMessage === null || hand.status === "error" ? null : (
          <p className="flex gap-2 rounded-lg bg-bad-soft px-4 py-3">
            <Icon name="cross" className="mt-0.5 text-bad" />
            <span className="min-w-0">
              <span className="font-medium text-bad">Its newest execution failed: </span>
              <SeenText text={hand.errorMessage} />
            </span>
          </p>
        )}
        {isDistrusted(hand) ? <Trust name={hand.name} /> : null}
        {hand.problems.length === 0 ? null : (
          <section aria-label="Problems of the manifest">
            <Diagnostics problems={hand.problems} />
          </section>
        )}
        <TabSet
          label="About this hand"
          items={[
            { name: "overview", title: "Overview", content: <Overview hand={hand} /> },
            { name: "manifest", title: "Manifest", content: <Manifest hand={hand} /> },
            {
              name: "brain",
              title: hand.brain === "script" ? "Script" : "Prompt",
              content: <Prompt hand={hand} />,
            },
            { name: "tools", title: `Tools ${hand.tools.length}`, content: <Tools hand={hand} /> },
            { name: "gates", title: `Gates ${hand.gates.length}`, content: <Gates hand={hand} /> },
            { name: "skills", title: `Skills ${hand.skills.length}`, content: <Skills hand={hand} /> },
          ]}
        />
      </div>
    </Page>
  );
}

/** Did it come from elsewhere, and does nobody trust it as it is? */
const isDistrusted = (hand: HandDetail) => hand.problems.some(({ code }) => code === "untrusted");

function PauseNote({ hand }: { readonly hand: HandDetail }) {
  if (!hand.isPaused) return null;
  return (
    <p className="flex gap-2 rounded-lg bg-wait-soft px-4 py-3 text-wait">
      <Icon name="pause" className="mt-0.5" />
      <span className="min-w-0">
        <span className="font-medium">
          Paused{hand.pausedBy === null ? "" : ` by ${hand.pausedBy}`}{" "}
          {hand.pausedAt === null ? null : <Instant at={hand.pausedAt} />}.
        </span>{" "}
        {hand.pauseNote === null ? null : <SeenText text={hand.pauseNote} />} Its fires, resumes and automatic
        approvals are held.
      </span>
    </p>
  );
}

function Overview({ hand }: { readonly hand: HandDetail }) {
  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="min-w-0 space-y-6">
        <Suspense fallback={<Skeleton className="h-80 w-full rounded-lg opacity-50" />}>
          <Charts days={hand.days} />
        </Suspense>
        <HandExecutions name={hand.name} />
      </div>
      <div className="min-w-0 space-y-6">
        <NextFires hand={hand} />
        <Metrics hand={hand} />
        <Panel title="Parameters">
          <dl className="divide-y divide-line">
            {Object.entries(hand.parameters).map(([name, value]) => (
              <div key={name} className="flex gap-4 px-4 py-2">
                <dt className="w-36 shrink-0 font-mono text-small text-ink-2 [overflow-wrap:anywhere]">
                  {name}
                </dt>
                <dd className="min-w-0 grow font-mono text-small [overflow-wrap:anywhere]">
                  <SeenText text={typeof value === "string" ? value : JSON.stringify(value)} />
                </dd>
              </div>
            ))}
          </dl>
          {Object.keys(hand.parameters).length === 0 ? (
            <p className="px-4 py-3 text-ink-2">It has none.</p>
          ) : null}
        </Panel>
      </div>
    </div>
  );
}

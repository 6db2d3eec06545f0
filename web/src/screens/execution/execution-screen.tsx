import { useQuery } from "@tanstack/react-query";
import { toFailure } from "../../api/failure.ts";
import { executionQuery } from "../../api/queries.ts";
import type { ExecutionDetail } from "../../api/types.ts";
import { formatDuration } from "../../format/instants.ts";
import { formatWords } from "../../format/numbers.ts";
import { executionSigns, phaseOf } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Empty, FailureNote, Skeleton, SkeletonRows } from "../../parts/notes.tsx";
import { OutputView } from "../../parts/output-view.tsx";
import { Page, Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignBadge } from "../../parts/sign.tsx";
import { NoAnswer } from "../inbox/no-answer.tsx";
import { Deliveries } from "./deliveries.tsx";
import { ExecutionActions } from "./execution-actions.tsx";
import { ExecutionFacts } from "./execution-facts.tsx";
import { Steps } from "./steps.tsx";
import { useLiveDuration } from "./use-live-duration.ts";

/** One execution: what it did, how long each thing took, what came of it. */
export default function ExecutionScreen({ executionId }: { readonly executionId: string }) {
  const { data, error } = useQuery(executionQuery(executionId));
  if (data !== undefined) return <Content execution={data} />;
  return (
    <Page title={error === null ? <Skeleton className="h-6 w-56" /> : "Execution"}>
      {error === null ? (
        <div className="panel">
          <SkeletonRows count={8} label="Loading the execution" />
        </div>
      ) : toFailure(error).status === 404 ? (
        <div className="panel">
          <Empty
            title="There is no such execution."
            next="It may have been pruned. `hands executions` lists what is there."
          />
        </div>
      ) : (
        <FailureNote error={error} />
      )}
    </Page>
  );
}

function Content({ execution }: { readonly execution: ExecutionDetail }) {
  const durationMs = useLiveDuration(execution);
  const hasOutput = execution.output !== "";
  return (
    <Page
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link href={addresses.hand(execution.handName)} className="hover:underline">
            {execution.handName}
          </Link>
          <span role="status" aria-live="polite">
            <SignBadge sign={executionSigns[phaseOf(execution)]} />
          </span>
        </span>
      }
      lead={
        <span className="flex flex-wrap gap-x-3">
          <span>
            {execution.trigger} <Instant at={execution.scheduledFor ?? execution.createdAt} />
          </span>
          {durationMs === null ? null : (
            <span>
              {execution.completedAt === null
                ? `for ${formatDuration(Math.floor(durationMs / 1000) * 1000)} so far`
                : `took ${formatDuration(durationMs)}`}
            </span>
          )}
          {execution.reason === null || execution.outcome === "approval_pending" ? null : (
            <span>{formatWords(execution.reason)}</span>
          )}
          {execution.coalesced === null ? null : <span>stands for {execution.coalesced.count} fires</span>}
        </span>
      }
      actions={<ExecutionActions execution={execution} />}
    >
      <div className="space-y-6">
        <Waiting execution={execution} />
        {execution.error === null ? null : (
          <div className="rounded-lg border border-bad bg-bad-soft px-4 py-3">
            <p className="flex items-center gap-2 font-medium text-bad">
              <Icon name="cross" />
              {formatWords(execution.error.code)}
            </p>
            <p className="mt-1 whitespace-pre-wrap">
              <SeenText text={execution.error.message} />
            </p>
          </div>
        )}
        <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="min-w-0">
            <Steps execution={execution} />
          </div>
          <div className={`min-w-0 space-y-6 ${hasOutput ? "max-xl:-order-1" : ""}`}>
            {hasOutput ? (
              <Panel title="Output" aside={<span className="text-small text-ink-3">{execution.format}</span>}>
                <div className="max-h-[32rem] overflow-y-auto px-4 py-3">
                  <OutputView output={execution.output} format={execution.format} />
                </div>
              </Panel>
            ) : null}
            <Deliveries execution={execution} />
            <ExecutionFacts execution={execution} />
          </div>
        </div>
      </div>
    </Page>
  );
}

/** The requests that keep it waiting. */
function Waiting({ execution }: { readonly execution: ExecutionDetail }) {
  const pending = execution.approvals.filter((approval) => approval.status === "pending");
  if (pending.length === 0) return null;
  return (
    <ul className="space-y-2">
      {pending.map((approval) => (
        <li key={approval.id}>
          <Link
            href={addresses.approval(approval.id)}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-wait bg-wait-soft px-4 py-3 hover:brightness-97"
          >
            <Icon name="hand" className="text-wait" />
            <span className="min-w-0 grow font-medium">
              <SeenText text={approval.description || approval.action} />
            </span>
            <NoAnswer approval={approval} />
            <span className="font-medium text-wait">Decide</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

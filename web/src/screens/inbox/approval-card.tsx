import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toFailure } from "../../api/failure.ts";
import { approvalQuery } from "../../api/queries.ts";
import type { ApprovalDetail } from "../../api/types.ts";
import { DifferenceView } from "../../arguments/difference-view.tsx";
import { findDifferences } from "../../arguments/differences.ts";
import { effectSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Empty, FailureNote, Skeleton } from "../../parts/notes.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignBadge } from "../../parts/sign.tsx";
import { Actions } from "./actions.tsx";
import { LeadingSteps } from "./leading-steps.tsx";
import { NoAnswer } from "./no-answer.tsx";
import { Payload } from "./payload.tsx";
import { Resolution } from "./resolution.tsx";
import { Section } from "./section.tsx";
import { Why } from "./why.tsx";

interface ApprovalCardProps {
  readonly approvalId: string;
  /** Another one that waits, to go on with. */
  readonly nextId: string | null;
}

/** Everything that a decision wants to see, and the decision. */
export function ApprovalCard({ approvalId, nextId }: ApprovalCardProps) {
  const { data, error } = useQuery(approvalQuery(approvalId));
  if (data !== undefined) return <Card approval={data} nextId={nextId} />;
  if (error === null) {
    return (
      <div className="panel space-y-4 p-6" role="status" aria-label="Loading the request">
        <Skeleton className="h-5 w-2/3" />
        <Skeleton className="h-3 w-1/3" />
        <Skeleton className="h-40 w-full opacity-50" />
      </div>
    );
  }
  return toFailure(error).status === 404 ? (
    <div className="panel">
      <Empty
        title="There is no such request."
        next="It may have been removed with its execution. `hands approvals --all` lists all."
      />
    </div>
  ) : (
    <FailureNote error={error} />
  );
}

function Card({ approval, nextId }: { readonly approval: ApprovalDetail; readonly nextId: string | null }) {
  // Whether this page saw it pending: then a decision made elsewhere is told, not only shown.
  const [wasPending] = useState(approval.status === "pending");
  const isPending = approval.status === "pending";
  const differences =
    approval.originalArgs === null ? [] : findDifferences(approval.originalArgs, approval.args);
  return (
    <article
      aria-labelledby="approval-title"
      className="panel lg:sticky lg:top-6 lg:flex lg:max-h-[calc(100dvh-8rem)] lg:flex-col"
    >
      <header className="border-b border-line px-4 py-4 lg:px-6">
        <Link
          href={addresses.inbox}
          className="mb-2 inline-flex min-h-8 items-center gap-1 text-ink-2 lg:hidden"
        >
          <Icon name="back" />
          All requests
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
          <Link href={addresses.hand(approval.handName)} className="font-semibold hover:underline">
            {approval.handName}
          </Link>
          {approval.effect === null ? null : <SignBadge sign={effectSigns[approval.effect]} />}
          <span className="text-ink-2">
            asked <Instant at={approval.createdAt} />
          </span>
        </div>
        <h2
          id="approval-title"
          className="mt-1.5 text-title font-semibold tracking-tight [overflow-wrap:anywhere]"
        >
          {approval.kind === "unknown" ? "Did it happen? " : ""}
          <SeenText text={approval.description || approval.action} />
        </h2>
        <p className="mt-1">
          <NoAnswer approval={approval} />
        </p>
      </header>
      <ScrollBox className="min-h-0 space-y-6 px-4 py-4 focus-visible:-outline-offset-2 max-lg:pb-40 lg:grow lg:overflow-y-auto lg:px-6 lg:py-5">
        {isPending ? null : <Resolution approval={approval} isNews={wasPending} nextId={nextId} />}
        {approval.isUntrusted && isPending ? (
          <p className="flex gap-2 rounded-md bg-wait-soft px-3 py-2 text-wait">
            <Icon name="alert" className="mt-0.5" />
            Something from outside entered this execution before it asked. Read what would run as if a
            stranger had written it.
          </p>
        ) : null}
        <Payload approval={approval} />
        {differences.length === 0 ? null : (
          <Section title="Changed at the decision">
            <DifferenceView differences={differences} />
          </Section>
        )}
        <Why approval={approval} />
        <LeadingSteps approval={approval} />
      </ScrollBox>
      {isPending ? <Actions approval={approval} /> : null}
    </article>
  );
}

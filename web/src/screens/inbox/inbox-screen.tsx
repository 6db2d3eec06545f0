import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { decidedQuery, pendingQuery } from "../../api/queries.ts";
import { formatPlural } from "../../format/numbers.ts";
import { addresses } from "../../navigation/addresses.ts";
import { navigate } from "../../navigation/location.ts";
import { Button, Key } from "../../parts/button.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";
import { ApprovalCard } from "./approval-card.tsx";
import { ApprovalList } from "./approval-list.tsx";
import { DecidedList } from "./decided-list.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { inGroups } from "./order.ts";
import { useInboxKeys } from "./use-inbox-keys.ts";

/** Approvals of all hands, by risk and then by age, and the one that is being looked at. */
export default function InboxScreen({ approvalId }: { readonly approvalId: string | null }) {
  const { data, error, isPending } = useQuery(pendingQuery);
  const decided = useQuery(decidedQuery);
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const groups = inGroups(data?.items ?? []);
  const inSequence = groups.flatMap((group) => group.approvals);
  // On a wide screen the first one is shown beside the list; what is shown changes only by what the person does.
  const [firstShownId, setFirstShownId] = useState<string | null>(null);
  if (approvalId === null && firstShownId === null && inSequence[0] !== undefined) {
    setFirstShownId(inSequence[0].id);
  }
  const shownId = approvalId ?? firstShownId;

  const goTo = (id: string) => navigate(addresses.approval(id), { replace: approvalId !== null });
  const move = (by: 1 | -1) => {
    const here = inSequence.findIndex((each) => each.id === shownId);
    const next = here < 0 ? inSequence[0] : inSequence[here + by];
    if (next !== undefined) goTo(next.id);
  };
  useInboxKeys({ j: () => move(1), k: () => move(-1), "?": () => setIsHelpOpen(true) });

  const waiting = data?.pendingCount ?? 0;
  return (
    <Page
      title="Inbox"
      lead={
        isPending
          ? "Reading what waits for you"
          : `${formatPlural(waiting, "request")} ${waiting === 1 ? "waits" : "wait"} for a decision`
      }
      actions={
        <Button look="bare" onClick={() => setIsHelpOpen(true)} className="max-lg:hidden">
          Keys <Key name="?" />
        </Button>
      }
    >
      {error === null ? null : <FailureNote error={error} />}
      <div className="gap-6 lg:grid lg:grid-cols-[22rem_minmax(0,1fr)]">
        <div className={`min-w-0 space-y-6 ${approvalId === null ? "" : "max-lg:hidden"}`}>
          <section aria-label="Waiting" className="panel overflow-hidden">
            {isPending ? <SkeletonRows count={4} label="Loading the inbox" /> : null}
            {data !== undefined && waiting === 0 ? (
              <Empty
                title="Nothing waits for you."
                next="When a gate asks, it shows here by itself. `hands approvals --all` lists what was decided."
              />
            ) : null}
            <ApprovalList groups={groups} shownId={shownId} />
            {data !== undefined && data.nextCursor !== null ? (
              <p className="border-t border-line px-4 py-2 text-small text-ink-2">
                The newest 200 are shown; more follow when these are decided.
              </p>
            ) : null}
          </section>
          <DecidedList approvals={decided.data?.items ?? []} />
        </div>
        <div className={`min-w-0 ${approvalId === null ? "max-lg:hidden" : ""}`}>
          {shownId === null ? null : (
            <ApprovalCard
              key={shownId}
              approvalId={shownId}
              nextId={inSequence.find((each) => each.id !== shownId)?.id ?? null}
            />
          )}
        </div>
      </div>
      {isHelpOpen ? <KeysDialog onClose={() => setIsHelpOpen(false)} /> : null}
    </Page>
  );
}

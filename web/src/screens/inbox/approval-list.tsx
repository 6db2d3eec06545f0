import { useState } from "react";
import type { Approval } from "../../api/types.ts";
import { summariseArguments } from "../../arguments/summarise.ts";
import { effectSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Button } from "../../parts/button.tsx";
import { Instant } from "../../parts/instant.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";
import { GroupDialog } from "./group-dialog.tsx";
import { NoAnswer } from "./no-answer.tsx";
import type { ApprovalGroup } from "./order.ts";

interface ApprovalListProps {
  readonly groups: readonly ApprovalGroup[];
  readonly shownId: string | null;
}

/** What waits; several requests for one action of one hand stand together and can be decided together. */
export function ApprovalList({ groups, shownId }: ApprovalListProps) {
  const [decidingKey, setDecidingKey] = useState<string | null>(null);
  const deciding = groups.find((group) => group.key === decidingKey);
  return (
    <>
      {groups.map((group) => (
        <section
          key={group.key}
          aria-label={`${group.handName}: ${group.action}`}
          className="border-b border-line last:border-0"
        >
          {group.approvals.length === 1 ? null : (
            <header className="flex items-center gap-2 bg-sunken px-4 py-1.5">
              <p className="min-w-0 grow truncate text-small text-ink-2">
                <span className="font-semibold text-ink">{group.approvals.length}</span> × {group.action}
              </p>
              {group.approvals[0]?.kind === "approval" ? (
                <Button
                  look="bare"
                  className="-mr-2 min-h-8 px-2 text-small"
                  onClick={() => setDecidingKey(group.key)}
                >
                  Decide together
                </Button>
              ) : null}
            </header>
          )}
          <ul className="divide-y divide-line">
            {group.approvals.map((approval) => (
              <li key={approval.id}>
                <Row approval={approval} isShown={approval.id === shownId} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {deciding === undefined ? null : (
        <GroupDialog key={deciding.key} group={deciding} onClose={() => setDecidingKey(null)} />
      )}
    </>
  );
}

function Row({ approval, isShown }: { readonly approval: Approval; readonly isShown: boolean }) {
  return (
    <Link
      href={addresses.approval(approval.id)}
      aria-current={isShown ? "true" : undefined}
      className={`block border-l-2 px-4 py-2.5 focus-visible:-outline-offset-2 ${isShown ? "lg:border-accent lg:bg-accent-soft max-lg:border-transparent" : "border-transparent hover:bg-sunken"}`}
    >
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 grow truncate font-medium">
          <SeenText text={approval.description || approval.action} />
        </span>
        <Instant at={approval.createdAt} className="text-small text-ink-2" />
      </span>
      <span className="mt-0.5 flex flex-wrap items-center gap-x-3 text-small text-ink-2">
        <span>{approval.handName}</span>
        {approval.effect === null ? null : <SignText sign={effectSigns[approval.effect]} />}
        {approval.kind === "unknown" ? <span className="font-medium text-bad">did it happen?</span> : null}
      </span>
      <span className="mt-0.5 block truncate font-mono text-small text-ink-2">
        <SeenText text={summariseArguments(approval.args)} />
      </span>
      <span className="mt-0.5 block text-small">
        <NoAnswer approval={approval} />
      </span>
    </Link>
  );
}

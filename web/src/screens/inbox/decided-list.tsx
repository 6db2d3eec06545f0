import type { Approval } from "../../api/types.ts";
import { approvalSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";

/** The last decisions, and who made them. */
export function DecidedList({ approvals }: { readonly approvals: readonly Approval[] }) {
  if (approvals.length === 0) return null;
  return (
    <Panel title="Decided last">
      <ul className="divide-y divide-line">
        {approvals.slice(0, 8).map((approval) => (
          <li key={approval.id}>
            <Link href={addresses.approval(approval.id)} className="block px-4 py-2 hover:bg-sunken">
              <span className="block truncate">
                <SeenText text={approval.description || approval.action} />
              </span>
              <span className="flex flex-wrap gap-x-3 text-small text-ink-2">
                <SignText sign={approvalSigns[approval.status]} />
                {approval.resolvedBy === null ? null : <span>by {approval.resolvedBy}</span>}
                {approval.resolvedAt === null ? null : <Instant at={approval.resolvedAt} />}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

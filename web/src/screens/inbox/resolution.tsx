import type { ApprovalDetail } from "../../api/types.ts";
import { approvalSigns, toneSoft } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Instant } from "../../parts/instant.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

interface ResolutionProps {
  readonly approval: ApprovalDetail;
  /** It was pending when this page opened it: the change is announced. */
  readonly isNews: boolean;
  readonly nextId: string | null;
}

/** How it was decided, by whom, through what and with what note. The next request never takes this one's place by itself. */
export function Resolution({ approval, isNews, nextId }: ResolutionProps) {
  const sign = approvalSigns[approval.status];
  return (
    <div role={isNews ? "status" : undefined} className={`rounded-md px-4 py-3 ${toneSoft[sign.tone]}`}>
      <p className="flex flex-wrap items-center gap-x-2 font-medium">
        <Icon name={sign.icon} />
        <span>
          {approval.answer === null ? sentence(sign.word) : `Answered: ${approval.answer}`}
          {approval.resolvedBy === null ? "" : ` by ${approval.resolvedBy}`}
          {approval.resolvedVia === null ? "" : `, through ${approval.resolvedVia}`}
        </span>
        {approval.resolvedAt === null ? null : <Instant at={approval.resolvedAt} className="font-normal" />}
      </p>
      {approval.note === null || approval.note === "" ? null : (
        <p className="mt-1 text-ink">
          “<SeenText text={approval.note} />”
        </p>
      )}
      <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
        {approval.executionId === null ? null : (
          <Link href={addresses.execution(approval.executionId)} className="link">
            Follow the execution
          </Link>
        )}
        {nextId === null ? null : (
          <Link href={addresses.approval(nextId)} className="link">
            Next request
          </Link>
        )}
      </p>
    </div>
  );
}

const sentence = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

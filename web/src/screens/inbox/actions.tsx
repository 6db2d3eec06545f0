import { useState } from "react";
import type { DecisionRequest } from "../../api/decisions.ts";
import { useDecide } from "../../api/decisions.ts";
import { toFailure } from "../../api/failure.ts";
import type { ApprovalDetail } from "../../api/types.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button, Key } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import { AnswerDialog } from "./answer-dialog.tsx";
import { ApproveDialog } from "./approve-dialog.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import { isDangerous } from "./order.ts";
import { RejectDialog } from "./reject-dialog.tsx";
import { RememberDialog } from "./remember-dialog.tsx";
import { useInboxKeys } from "./use-inbox-keys.ts";

type OpenDialog = "approve" | "edit" | "reject" | "remember" | "answer";

/** The decisions that can be made, at the foot of the card. */
export function Actions({ approval }: { readonly approval: ApprovalDetail }) {
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const decide = useDecide(approval);
  const close = () => setOpen(null);
  const send = (request: DecisionRequest) =>
    decide.mutate(request, {
      onSuccess: (decision) => {
        close();
        announce(`${approval.handName}: ${decision.approval.status.replace("_", " ")}`);
      },
      // A lost race is no mistake of this dialog: the card shows what was decided.
      onError: (error) => {
        if (toFailure(error).code === "approval_resolved") close();
      },
    });

  const isUnknown = approval.kind === "unknown";
  const approve = () => (isDangerous(approval) ? setOpen("approve") : send({ kind: "approve" }));
  useInboxKeys(
    isUnknown
      ? { a: () => setOpen("answer") }
      : {
          a: approve,
          e: approval.isEditable ? () => setOpen("edit") : undefined,
          r: () => setOpen("reject"),
        },
  );
  const dialog = { approval, onClose: close, onSend: send, isBusy: decide.isPending, error: decide.error };

  return (
    <footer className="z-20 rounded-b-lg border-t border-line bg-surface px-4 py-3 max-lg:fixed max-lg:inset-x-0 max-lg:bottom-14 max-lg:rounded-none max-lg:pb-[calc(0.75rem+env(safe-area-inset-bottom))] lg:px-6">
      {decide.error === null || open !== null ? null : (
        <div className="mb-3">
          <FailureNote error={decide.error} />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {isUnknown ? (
          <Button look="primary" onClick={() => setOpen("answer")} className="max-lg:grow">
            Answer <Key name="a" />
          </Button>
        ) : (
          <>
            <Button look="primary" onClick={approve} isBusy={decide.isPending} className="max-lg:grow">
              Approve{isDangerous(approval) ? "…" : ""} <Key name="a" />
            </Button>
            {approval.isEditable ? (
              <Button onClick={() => setOpen("edit")} className="max-lg:grow">
                Edit… <Key name="e" />
              </Button>
            ) : null}
            <Button onClick={() => setOpen("reject")} className="text-bad max-lg:grow">
              Reject… <Key name="r" />
            </Button>
            {approval.isRememberable ? (
              <Button look="bare" onClick={() => setOpen("remember")} className="lg:ml-auto max-lg:grow">
                Approve and remember…
              </Button>
            ) : null}
          </>
        )}
      </div>
      {open === "approve" ? <ApproveDialog {...dialog} /> : null}
      {open === "edit" ? <EditDialog {...dialog} /> : null}
      {open === "reject" ? <RejectDialog {...dialog} /> : null}
      {open === "remember" ? <RememberDialog {...dialog} /> : null}
      {open === "answer" ? <AnswerDialog {...dialog} /> : null}
    </footer>
  );
}

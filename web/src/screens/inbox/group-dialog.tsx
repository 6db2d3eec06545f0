import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sendDecision } from "../../api/decisions.ts";
import { toFailure } from "../../api/failure.ts";
import { formatPlural } from "../../format/numbers.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import type { ApprovalGroup } from "./order.ts";
import { isDangerous } from "./order.ts";

interface GroupDialogProps {
  readonly group: ApprovalGroup;
  readonly onClose: () => void;
}

/** Several requests for one action: all their arguments in sight, one decision for those that are ticked. */
export function GroupDialog({ group, onClose }: GroupDialogProps) {
  const client = useQueryClient();
  // Those that came while the dialog was open are not decided: nobody has looked at them.
  const [members] = useState(group.approvals);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(members.map((each) => each.id)));
  const [note, setNote] = useState("");
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setIsBusy] = useState(false);
  const hasDanger = members.some(isDangerous);
  const isOver = Object.keys(outcomes).length > 0;

  const decide = async (kind: "approve" | "reject") => {
    setIsBusy(true);
    for (const approval of members.filter((each) => chosen.has(each.id))) {
      const outcome = await sendDecision(
        approval,
        kind === "approve"
          ? { kind, ...(note.trim() === "" ? {} : { note: note.trim() }) }
          : { kind, note: note.trim() },
      ).then(
        (decision) => decision.approval.status,
        (error: unknown) => toFailure(error).message,
      );
      setOutcomes((before) => ({ ...before, [approval.id]: outcome }));
    }
    setIsBusy(false);
    await client.invalidateQueries();
    announce(`${formatPlural(chosen.size, "request")} decided`);
  };

  return (
    <Dialog
      title={`${group.handName}: ${formatPlural(members.length, "request")} for ${group.action}`}
      onClose={onClose}
      isWide
      footer={
        isOver && !isBusy ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              className="text-bad"
              isBusy={isBusy}
              disabled={chosen.size === 0 || note.trim() === ""}
              onClick={() => void decide("reject")}
            >
              Reject {chosen.size}
            </Button>
            <Button
              look={hasDanger ? "danger" : "primary"}
              isBusy={isBusy}
              disabled={chosen.size === 0}
              onClick={() => void decide("approve")}
            >
              Approve {chosen.size}
            </Button>
          </>
        )
      }
    >
      <ul className="space-y-3">
        {members.map((approval) => (
          <li key={approval.id} className="flex gap-3 rounded-md border border-line p-3">
            <input
              type="checkbox"
              className="mt-1"
              aria-label={`Decide ${approval.description || approval.action}`}
              checked={chosen.has(approval.id)}
              disabled={isBusy || isOver}
              onChange={() => setChosen(chosen.symmetricDifference(new Set([approval.id])))}
            />
            <div className="min-w-0 grow">
              <p className="mb-1 font-medium">
                <SeenText text={approval.description || approval.action} />
              </p>
              <JsonView value={approval.args} label="Arguments" openLevels={4} />
              {outcomes[approval.id] === undefined ? null : (
                <p role="status" className="mt-2 font-medium text-accent">
                  {outcomes[approval.id]?.replace("_", " ")}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
      {isOver ? null : (
        <label className="block">
          <span className="mb-1 block text-small text-ink-2">Note; a rejection needs one</span>
          <input value={note} onChange={(event) => setNote(event.target.value)} className="field" />
        </label>
      )}
    </Dialog>
  );
}

import { useState } from "react";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import type { DecisionDialogProps } from "./decision-dialog.ts";

/** A "no" with its reason, which the hand is told. */
export function RejectDialog({ approval, onClose, onSend, isBusy, error }: DecisionDialogProps) {
  const [note, setNote] = useState("");
  return (
    <Dialog
      title="Reject"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="danger"
            isBusy={isBusy}
            disabled={note.trim() === ""}
            onClick={() => onSend({ kind: "reject", note: note.trim() })}
          >
            Reject
          </Button>
        </>
      }
    >
      <p>
        <SeenText text={approval.description || approval.action} />
      </p>
      <label className="block">
        <span className="mb-1 block font-medium">Why not?</span>
        <textarea
          autoFocus
          rows={3}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          className="field"
        />
        <span className="mt-1 block text-small text-ink-2">
          The hand is told who rejected it and why, and does not ask for the same again in this execution.
        </span>
      </label>
      {error === null ? null : <FailureNote error={error} />}
    </Dialog>
  );
}

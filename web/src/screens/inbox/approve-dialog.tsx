import { useState } from "react";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import type { DecisionDialogProps } from "./decision-dialog.ts";
import { Payload } from "./payload.tsx";

/** Asks once more before something that cannot be undone, and shows once more what it is. */
export function ApproveDialog({ approval, onClose, onSend, isBusy, error }: DecisionDialogProps) {
  const [note, setNote] = useState("");
  return (
    <Dialog
      title="Approve what cannot be undone?"
      onClose={onClose}
      isWide
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="danger"
            isBusy={isBusy}
            onClick={() => onSend({ kind: "approve", ...(note.trim() === "" ? {} : { note: note.trim() }) })}
          >
            Approve {approval.tool ?? approval.action}
          </Button>
        </>
      }
    >
      <p>
        <span className="font-semibold">{approval.handName}</span> goes on with this as soon as you approve:{" "}
        <SeenText text={approval.description || approval.action} />
      </p>
      <Payload approval={approval} />
      <label className="block">
        <span className="mb-1 block text-small text-ink-2">Note, optional</span>
        <input value={note} onChange={(event) => setNote(event.target.value)} className="field" />
      </label>
      {error === null ? null : <FailureNote error={error} />}
    </Dialog>
  );
}

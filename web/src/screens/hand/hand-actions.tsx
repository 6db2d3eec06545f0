import { useState } from "react";
import type { HandChanged, HandDetail } from "../../api/types.ts";
import { useChange } from "../../api/use-change.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import { TriggerDialog } from "./trigger-dialog.tsx";

/** Run it, pause it with a note, switch it on and off. */
export function HandActions({ hand }: { readonly hand: HandDetail }) {
  const [open, setOpen] = useState<"run" | "pause" | null>(null);
  const act = useChange<HandChanged>();
  const post = (verb: "resume" | "enable" | "disable") =>
    act.mutate(
      { method: "POST", address: `/api/hands/${encodeURIComponent(hand.name)}/${verb}` },
      { onSuccess: () => announce(`${hand.name}: ${verb}d`) },
    );
  const isBroken = hand.status === "error";
  return (
    <>
      {act.error === null ? null : <FailureNote error={act.error} />}
      <Button onClick={() => post(hand.enabled ? "disable" : "enable")} isBusy={act.isPending} look="bare">
        {hand.enabled ? "Disable" : "Enable"}
      </Button>
      {hand.isPaused ? (
        <Button onClick={() => post("resume")} isBusy={act.isPending}>
          Resume
        </Button>
      ) : (
        <Button onClick={() => setOpen("pause")}>Pause…</Button>
      )}
      <Button look="primary" disabled={isBroken || !hand.enabled} onClick={() => setOpen("run")}>
        Run…
      </Button>
      {open === "run" ? <TriggerDialog name={hand.name} onClose={() => setOpen(null)} /> : null}
      {open === "pause" ? <PauseDialog name={hand.name} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

interface PauseDialogProps {
  readonly name: string;
  readonly onClose: () => void;
}

function PauseDialog({ name, onClose }: PauseDialogProps) {
  const [note, setNote] = useState("");
  const pause = useChange<HandChanged>(() => {
    announce(`${name} is paused`);
    onClose();
  });
  return (
    <Dialog
      title={`Pause ${name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            isBusy={pause.isPending}
            onClick={() =>
              pause.mutate({
                method: "POST",
                address: `/api/hands/${encodeURIComponent(name)}/pause`,
                body: { note: note.trim() === "" ? null : note.trim() },
              })
            }
          >
            Pause
          </Button>
        </>
      }
    >
      <p>Its fires, resumes and automatic approvals are held until it is resumed. What runs goes on.</p>
      <label className="block">
        <span className="mb-1 block text-small text-ink-2">Why, optional</span>
        <input value={note} onChange={(event) => setNote(event.target.value)} className="field" />
      </label>
      {pause.error === null ? null : <FailureNote error={pause.error} />}
    </Dialog>
  );
}

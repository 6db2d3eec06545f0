import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";

/** Holds everything, and lets it go again. */
export function PauseAll({ isAllPaused }: { readonly isAllPaused: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const [note, setNote] = useState("");
  const act = useChange<{ hasChanged: boolean }>(() => {
    announce(isAllPaused ? "Everything goes on" : "Everything is paused");
    setIsOpen(false);
  });
  if (isAllPaused) {
    return (
      <Button
        look="primary"
        isBusy={act.isPending}
        onClick={() => act.mutate({ method: "POST", address: "/api/resume" })}
      >
        Resume everything
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Pause everything…</Button>
      {isOpen ? (
        <Dialog
          title="Pause everything?"
          onClose={() => setIsOpen(false)}
          footer={
            <>
              <Button onClick={() => setIsOpen(false)}>Cancel</Button>
              <Button
                look="danger"
                isBusy={act.isPending}
                onClick={() =>
                  act.mutate({
                    method: "POST",
                    address: "/api/pause",
                    body: { note: note.trim() === "" ? null : note.trim() },
                  })
                }
              >
                Pause everything
              </Button>
            </>
          }
        >
          <p>
            No hand fires, nothing resumes and nothing approves itself until you resume. What runs goes on.
          </p>
          <label className="block">
            <span className="mb-1 block text-small text-ink-2">Why, optional</span>
            <input value={note} onChange={(event) => setNote(event.target.value)} className="field" />
          </label>
          {act.error === null ? null : <FailureNote error={act.error} />}
        </Dialog>
      ) : null}
    </>
  );
}

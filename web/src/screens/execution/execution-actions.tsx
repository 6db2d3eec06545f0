import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { change } from "../../api/request.ts";
import type { ExecutionDetail, Started } from "../../api/types.ts";
import { formatPlural } from "../../format/numbers.ts";
import { effectSigns, stepSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { navigate } from "../../navigation/location.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import { SignText } from "../../parts/sign.tsx";
import { TriggerDialog } from "../hand/trigger-dialog.tsx";

type OpenDialog = "cancel" | "again" | "other";

/** Cancel while it goes on; run again when it is over. */
export function ExecutionActions({ execution }: { readonly execution: ExecutionDetail }) {
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const close = () => setOpen(null);
  const isOver = execution.status === "ended";
  return (
    <>
      {isOver ? null : (
        <Button
          className="text-bad"
          disabled={execution.cancelRequestedAt !== null}
          onClick={() => setOpen("cancel")}
        >
          {execution.cancelRequestedAt === null ? "Cancel…" : "Cancelling"}
        </Button>
      )}
      {isOver ? <Button onClick={() => setOpen("again")}>Run again…</Button> : null}
      <Button look="bare" onClick={() => setOpen("other")}>
        Run with other parameters…
      </Button>
      {open === "cancel" ? <CancelDialog execution={execution} onClose={close} /> : null}
      {open === "again" ? <AgainDialog execution={execution} onClose={close} /> : null}
      {open === "other" ? (
        <TriggerDialog
          name={execution.handName}
          parameters={execution.parameters}
          input={execution.input}
          onClose={close}
        />
      ) : null}
    </>
  );
}

interface ActionDialogProps {
  readonly execution: ExecutionDetail;
  readonly onClose: () => void;
}

function CancelDialog({ execution, onClose }: ActionDialogProps) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => change("POST", `/api/executions/${encodeURIComponent(execution.id)}/cancel`),
    onSuccess: () => {
      announce("It is being cancelled");
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["execution", execution.id] }),
  });
  return (
    <Dialog
      title="Cancel this execution?"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Let it go on</Button>
          <Button look="danger" isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel it
          </Button>
        </>
      }
    >
      <p>What it has done stays done. Its open requests are withdrawn. A step under way is told to stop.</p>
      {cancel.error === null ? null : <FailureNote error={cancel.error} />}
    </Dialog>
  );
}

function AgainDialog({ execution, onClose }: ActionDialogProps) {
  const { effects } = execution;
  const again = useMutation({
    mutationFn: () => change<Started>("POST", `/api/executions/${encodeURIComponent(execution.id)}/retry`),
    onSuccess: ({ executionId }) => {
      onClose();
      navigate(addresses.execution(executionId));
    },
  });
  return (
    <Dialog
      title={`Run ${execution.handName} again?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look={effects.length > 0 ? "danger" : "primary"}
            isBusy={again.isPending}
            onClick={() => again.mutate()}
          >
            Run again
          </Button>
        </>
      }
    >
      <p>A new execution starts with the same input. It does not inherit approvals.</p>
      {effects.length === 0 ? (
        <p className="text-ink-2">No side effect had begun, so nothing would happen twice.</p>
      ) : (
        <div>
          <p className="mb-2 font-medium">
            {formatPlural(effects.length, "side effect")} of this one may happen a second time:
          </p>
          <ul className="divide-y divide-line rounded-md border border-line">
            {effects.map((effect) => (
              <li key={effect.stepIndex} className="flex flex-wrap items-center gap-x-3 px-3 py-2">
                <span className="grow font-mono text-small">{effect.name}</span>
                {effect.effect === null ? null : <SignText sign={effectSigns[effect.effect]} />}
                <SignText sign={stepSigns[effect.status]} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {again.error === null ? null : <FailureNote error={again.error} />}
    </Dialog>
  );
}

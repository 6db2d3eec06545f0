import { useState } from "react";
import type { Remember } from "../../api/decisions.ts";
import { isMembers } from "../../arguments/json-schema.ts";
import { Button } from "../../parts/button.tsx";
import { readNow } from "../../parts/clock.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import type { DecisionDialogProps } from "./decision-dialog.ts";

const DAY_MS = 86_400_000;

/** Approves, and the like of it from now on: how far, how long, and which arguments have to stay as they are. */
export function RememberDialog({ approval, onClose, onSend, isBusy, error }: DecisionDialogProps) {
  const names = isMembers(approval.args) ? Object.keys(approval.args) : [];
  const [scope, setScope] = useState<Remember["scope"]>("execution");
  const [days, setDays] = useState(30);
  const [free, setFree] = useState<readonly string[]>([]);
  const fixed = names.filter((name) => !free.includes(name));
  const send = () =>
    onSend({
      kind: "approve",
      remember: {
        scope,
        args: free.length === 0 ? "exact" : fixed,
        ...(scope === "hand" ? { until: new Date(readNow() + days * DAY_MS).toISOString() } : {}),
      },
    });
  return (
    <Dialog
      title="Approve and remember"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" isBusy={isBusy} onClick={send}>
            Approve and remember
          </Button>
        </>
      }
    >
      <fieldset className="space-y-2">
        <legend className="mb-1 font-medium">How far</legend>
        <label className="flex min-h-8 items-center gap-2">
          <input
            type="radio"
            name="scope"
            checked={scope === "execution"}
            onChange={() => setScope("execution")}
          />
          The rest of this execution
        </label>
        <label className="flex min-h-8 items-center gap-2">
          <input type="radio" name="scope" checked={scope === "hand"} onChange={() => setScope("hand")} />
          Every execution of {approval.handName}, for
          <select
            aria-label="For how long"
            value={days}
            onChange={(event) => {
              setDays(Number(event.target.value));
              setScope("hand");
            }}
            className="field"
          >
            <option value={1}>a day</option>
            <option value={7}>7 days</option>
            <option value={30}>30 days</option>
            <option value={90}>90 days</option>
          </select>
        </label>
      </fieldset>
      {names.length === 0 ? null : (
        <fieldset>
          <legend className="mb-1 font-medium">Which arguments</legend>
          <ul className="divide-y divide-line">
            {names.map((name) => (
              <li key={name} className="flex items-center gap-3 py-1.5">
                <span id={`remember-${name}`} className="grow font-mono text-small [overflow-wrap:anywhere]">
                  <SeenText text={name} />
                </span>
                <select
                  aria-labelledby={`remember-${name}`}
                  value={free.includes(name) ? "any" : "same"}
                  onChange={(event) =>
                    setFree(
                      event.target.value === "any" ? [...free, name] : free.filter((each) => each !== name),
                    )
                  }
                  className="field"
                >
                  <option value="same">as it is now</option>
                  <option value="any">may be anything</option>
                </select>
              </li>
            ))}
          </ul>
        </fieldset>
      )}
      <p className="text-small text-ink-2">
        It ends early when the hand or the tool changes. It is listed in Settings, where it can be revoked.
      </p>
      {error === null ? null : <FailureNote error={error} />}
    </Dialog>
  );
}

import { useState } from "react";
import type { JsonMembers } from "../../api/types.ts";
import { ArgumentsForm } from "../../arguments/arguments-form.tsx";
import { DifferenceView } from "../../arguments/difference-view.tsx";
import { findDifferences } from "../../arguments/differences.ts";
import { isMembers } from "../../arguments/json-schema.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import type { DecisionDialogProps } from "./decision-dialog.ts";
import { isDangerous } from "./order.ts";
import { Section } from "./section.tsx";

/** Other arguments, in a form that knows their types, with the difference beside it. */
export function EditDialog({ approval, onClose, onSend, isBusy, error }: DecisionDialogProps) {
  const before: JsonMembers = isMembers(approval.args) ? approval.args : {};
  const [args, setArgs] = useState(before);
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const differences = findDifferences(before, args);
  const canSend = differences.length > 0 && Object.keys(problems).length === 0;
  return (
    <Dialog
      title={`Edit what ${approval.tool ?? approval.action} is given`}
      onClose={onClose}
      isWide
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look={isDangerous(approval) ? "danger" : "primary"}
            disabled={!canSend}
            isBusy={isBusy}
            onClick={() => onSend({ kind: "approve", args })}
          >
            Approve with these arguments
          </Button>
        </>
      }
    >
      <ArgumentsForm
        schema={approval.inputSchema}
        value={args}
        onChange={setArgs}
        onProblem={(name, problem) =>
          setProblems(({ [name]: _before, ...others }) =>
            problem === null ? others : { ...others, [name]: problem },
          )
        }
      />
      <Section title="What you change">
        <DifferenceView differences={differences} />
      </Section>
      {error === null ? null : <FailureNote error={error} />}
    </Dialog>
  );
}

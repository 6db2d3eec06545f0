import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { handQuery } from "../../api/queries.ts";
import { change } from "../../api/request.ts";
import type { Json, JsonMembers, Started } from "../../api/types.ts";
import { ArgumentsForm } from "../../arguments/arguments-form.tsx";
import { findDifferences } from "../../arguments/differences.ts";
import { addresses } from "../../navigation/addresses.ts";
import { navigate } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote, Skeleton } from "../../parts/notes.tsx";

interface TriggerDialogProps {
  readonly name: string;
  /** What to begin with, over the manifest's parameters. */
  readonly parameters?: JsonMembers | null;
  readonly input?: Json;
  readonly onClose: () => void;
}

/** Starts a hand, with its parameters in a form. */
export function TriggerDialog(props: TriggerDialogProps) {
  const { data, error } = useQuery(handQuery(props.name));
  if (data !== undefined)
    return <TriggerForm {...props} defaults={data.parameters} schema={data.parametersSchema} />;
  return (
    <Dialog title={`Run ${props.name}`} onClose={props.onClose}>
      {error === null ? <Skeleton className="h-16 w-full" /> : <FailureNote error={error} />}
    </Dialog>
  );
}

interface TriggerFormProps extends TriggerDialogProps {
  readonly defaults: JsonMembers;
  readonly schema: JsonMembers | null;
}

function TriggerForm({ name, parameters, input = null, defaults, schema, onClose }: TriggerFormProps) {
  const [values, setValues] = useState<JsonMembers>({ ...defaults, ...parameters });
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  // One key for one dialog: pressing twice starts once.
  const [key] = useState(createKey);
  const start = useMutation({
    mutationFn: () => {
      const changed = Object.fromEntries(
        Object.entries(values).filter(
          ([member, value]) => findDifferences(defaults[member], value).length > 0,
        ),
      );
      const body = {
        ...(Object.keys(changed).length === 0 ? {} : { parameters: changed as JsonMembers }),
        ...(input === null ? {} : { input }),
      };
      return change<Started>("POST", `/api/hands/${encodeURIComponent(name)}/trigger`, body, {
        "idempotency-key": key,
      });
    },
    onSuccess: ({ executionId }) => {
      onClose();
      navigate(addresses.execution(executionId));
    },
  });
  return (
    <Dialog
      title={`Run ${name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            isBusy={start.isPending}
            disabled={Object.keys(problems).length > 0}
            onClick={() => start.mutate()}
          >
            Run
          </Button>
        </>
      }
    >
      <p className="text-ink-2">It starts now. A manual start passes pause and overlap, never the gates.</p>
      {Object.keys(values).length === 0 ? (
        <p>This hand has no parameters.</p>
      ) : (
        <ArgumentsForm
          schema={schema}
          value={values}
          onChange={setValues}
          onProblem={(field, problem) =>
            setProblems(({ [field]: _before, ...others }) =>
              problem === null ? others : { ...others, [field]: problem },
            )
          }
        />
      )}
      {start.error === null ? null : <FailureNote error={start.error} />}
    </Dialog>
  );
}

function createKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

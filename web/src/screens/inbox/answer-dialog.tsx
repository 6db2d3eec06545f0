import { useState } from "react";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import type { DecisionDialogProps } from "./decision-dialog.ts";

type Answer = "happened" | "retry" | "skip";

const answers: readonly (readonly [Answer, string, string])[] = [
  ["happened", "It happened", "The call counts as done. You may say what it gave."],
  ["retry", "Do it again", "It runs once more, under the same idempotency key."],
  ["skip", "Go on without it", "The hand is told that nobody knows, and goes on."],
];

/** What a human says of a call that was interrupted. */
export function AnswerDialog({ approval, onClose, onSend, isBusy, error }: DecisionDialogProps) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [result, setResult] = useState("");
  const [note, setNote] = useState("");
  const send = () => {
    if (answer === null) return;
    onSend({
      kind: "answer",
      answer,
      ...(answer === "happened" && result.trim() !== "" ? { result: readResult(result) } : {}),
      ...(note.trim() === "" ? {} : { note: note.trim() }),
    });
  };
  return (
    <Dialog
      title={`Did ${approval.tool ?? approval.action} happen?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look={answer === "retry" ? "danger" : "primary"}
            disabled={answer === null}
            isBusy={isBusy}
            onClick={send}
          >
            {answers.find(([name]) => name === answer)?.[1] ?? "Answer"}
          </Button>
        </>
      }
    >
      <fieldset className="space-y-3">
        <legend className="sr-only">Answer</legend>
        {answers.map(([name, title, what]) => (
          <label key={name} className="flex gap-3">
            <input
              type="radio"
              name="answer"
              className="mt-1"
              checked={answer === name}
              onChange={() => setAnswer(name)}
            />
            <span>
              <span className="block font-medium">{title}</span>
              <span className="block text-small text-ink-2">{what}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {answer === "happened" ? (
        <label className="block">
          <span className="mb-1 block text-small text-ink-2">What it gave, optional: JSON or text</span>
          <textarea
            rows={3}
            value={result}
            onChange={(event) => setResult(event.target.value)}
            className="field font-mono text-small"
          />
        </label>
      ) : null}
      <label className="block">
        <span className="mb-1 block text-small text-ink-2">Note, optional</span>
        <input value={note} onChange={(event) => setNote(event.target.value)} className="field" />
      </label>
      {error === null ? null : <FailureNote error={error} />}
    </Dialog>
  );
}

function readResult(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { useQuery } from "@tanstack/react-query";
import { change } from "../../api/request.ts";
import type { BulkAnswer, ExecutionFilter, Json } from "../../api/types.ts";
import { useChange } from "../../api/use-change.ts";
import { formatPlural } from "../../format/numbers.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote, Skeleton } from "../../parts/notes.tsx";

interface BulkDialogProps {
  readonly kind: "cancel" | "retry";
  readonly filter: ExecutionFilter;
  readonly onClose: () => void;
}

const MOST_AT_ONCE = 1000;

const words = {
  cancel: { title: "Cancel all that fit", act: "Cancel", done: "cancelled", scope: "that is not over" },
  retry: {
    title: "Run all that fit again",
    act: "Run again",
    done: "started anew",
    scope: "that failed, or has the outcome you chose,",
  },
} as const;

/** Says how many first, then changes exactly so many. */
export function BulkDialog({ kind, filter, onClose }: BulkDialogProps) {
  const address = `/api/executions/${kind}`;
  const word = words[kind];
  const trial = useQuery({
    queryKey: ["executions", "bulk", kind, filter],
    gcTime: 0,
    queryFn: () => change<BulkAnswer>("POST", address, { filter: filter as Json, isDryRun: true }),
  });
  const act = useChange<BulkAnswer>();
  const found = trial.data?.count ?? 0;
  const send = () =>
    act.mutate({
      method: "POST",
      address,
      body: { filter: filter as Json, isDryRun: false, expectedCount: found },
    });
  const isDone = act.data !== undefined;
  return (
    <Dialog
      title={word.title}
      onClose={onClose}
      footer={
        isDone ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button
              look="danger"
              isBusy={act.isPending}
              disabled={trial.data === undefined || found === 0 || found > MOST_AT_ONCE}
              onClick={send}
            >
              {word.act} {trial.data === undefined ? "" : found}
            </Button>
          </>
        )
      }
    >
      {isDone ? (
        <Outcome answer={act.data} done={word.done} />
      ) : (
        <>
          <p>
            Every execution {word.scope} and fits: <Filter filter={filter} />
          </p>
          {trial.error === null ? null : <FailureNote error={trial.error} />}
          {trial.data === undefined && trial.error === null ? <Skeleton className="h-8 w-40" /> : null}
          {trial.data === undefined ? null : <Count answer={trial.data} />}
          {act.error === null ? null : <FailureNote error={act.error} />}
        </>
      )}
    </Dialog>
  );
}

function Filter({ filter }: { readonly filter: ExecutionFilter }) {
  return (
    <span className="font-mono text-small">
      {Object.entries(filter)
        .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : String(value)}`)
        .join("  ")}
    </span>
  );
}

function Count({ answer }: { readonly answer: BulkAnswer }) {
  return (
    <div>
      <p className="text-figure font-semibold tracking-tight">{formatPlural(answer.count, "execution")}</p>
      {answer.count > MOST_AT_ONCE ? (
        <p className="text-bad">At most {MOST_AT_ONCE} at once. Narrow the filter.</p>
      ) : null}
      <ul className="mt-1 text-ink-2">
        {answer.hands.slice(0, 12).map(({ handName, count }) => (
          <li key={handName}>
            {count} of {handName}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Outcome({ answer, done }: { readonly answer: BulkAnswer; readonly done: string }) {
  return (
    <div role="status">
      <p className="font-medium">
        {formatPlural(answer.executionIds.length, "execution")} {done}.
      </p>
      {answer.failures.length === 0 ? null : (
        <>
          <p className="mt-2 text-bad">{formatPlural(answer.failures.length, "execution")} not:</p>
          <ul className="mt-1 text-small text-ink-2">
            {answer.failures.slice(0, 20).map((failure) => (
              <li key={failure.executionId}>
                <span className="font-mono">{failure.executionId}</span>: {failure.message}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

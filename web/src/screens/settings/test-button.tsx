import { useMutation } from "@tanstack/react-query";
import { toFailure } from "../../api/failure.ts";
import { change } from "../../api/request.ts";
import type { Json, Trial } from "../../api/types.ts";
import { formatDuration } from "../../format/instants.ts";
import { Button } from "../../parts/button.tsx";
import { SignText } from "../../parts/sign.tsx";

interface TestButtonProps {
  readonly address: string;
  readonly body: Json;
  readonly label: string;
}

/** Really tries it, and says what came of it. */
export function TestButton({ address, body, label }: TestButtonProps) {
  const trial = useMutation({ mutationFn: () => change<Trial>("POST", address, body) });
  const failure = trial.error === null ? null : toFailure(trial.error);
  return (
    <>
      <Button isBusy={trial.isPending} onClick={() => trial.mutate()} aria-label={label}>
        {trial.isPending ? "Testing" : "Test"}
      </Button>
      <span role="status" className="basis-full text-small empty:hidden">
        {trial.data === undefined ? null : (
          <>
            <SignText
              sign={
                trial.data.isOk
                  ? { icon: "check", word: "works", tone: "ok" }
                  : { icon: "cross", word: "does not work", tone: "bad" }
              }
            />{" "}
            {trial.data.message} <span className="text-ink-3">({formatDuration(trial.data.durationMs)})</span>
          </>
        )}
        {failure === null ? null : (
          <span className="text-bad">
            {failure.message} {failure.hint}
          </span>
        )}
      </span>
    </>
  );
}

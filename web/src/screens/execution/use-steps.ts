import { useQuery, useQueryClient } from "@tanstack/react-query";
import { addressOf, read } from "../../api/request.ts";
import type { ExecutionDetail, Step, StepPage } from "../../api/types.ts";

const PAGE = 1000;

const isFinal = (step: Step) =>
  step.status === "done" || step.status === "failed" || step.status === "denied";

/**
 * All steps of an execution. The key lies under the execution's own, so an event reads it again; then only what can have changed is
 * asked for: from the first step on that was not over.
 */
export function useSteps(execution: ExecutionDetail): {
  readonly steps: readonly Step[];
  readonly isWhole: boolean;
} {
  const client = useQueryClient();
  const queryKey = ["execution", execution.id, "steps"] as const;
  const { data } = useQuery({
    queryKey,
    enabled: execution.nextStepsCursor !== null,
    queryFn: async ({ signal }) => {
      const known = client.getQueryData<readonly Step[]>(queryKey) ?? [];
      const firstOpen = known.findIndex((step) => !isFinal(step));
      const kept = firstOpen < 0 ? known : known.slice(0, firstOpen);
      const steps = [...kept];
      const last = kept.at(-1);
      let cursor: string | null = String(last === undefined ? 0 : last.index + 1);
      while (cursor !== null) {
        const page: StepPage = await read<StepPage>(
          addressOf(`/api/executions/${encodeURIComponent(execution.id)}/steps`, { cursor, limit: PAGE }),
          signal,
        );
        steps.push(...page.items);
        cursor = page.nextCursor;
      }
      return steps as readonly Step[];
    },
  });
  if (execution.nextStepsCursor === null) return { steps: execution.steps, isWhole: true };
  return { steps: data ?? execution.steps, isWhole: data !== undefined };
}

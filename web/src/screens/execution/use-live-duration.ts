import type { Execution } from "../../api/types.ts";
import { useNow } from "../../parts/clock.ts";

/** How long it took, or takes so far; null where it never started. */
export function useLiveDuration(execution: Pick<Execution, "startedAt" | "completedAt">): number | null {
  const isOver = execution.completedAt !== null;
  const nowMs = useNow(isOver ? 3_600_000 : 1000);
  if (execution.startedAt === null) return null;
  const endMs = execution.completedAt === null ? nowMs : Date.parse(execution.completedAt);
  return Math.max(0, endMs - Date.parse(execution.startedAt));
}

import type { ExecutionRow } from "../store/index.ts";
import { isForHuman } from "./carry-on.ts";
import { EXIT } from "./exit-codes.ts";

/** What a command ends with that followed an execution. */
export function toExitCode(row: Pick<ExecutionRow, "status" | "reason" | "outcome">): number {
  if (isForHuman(row)) return EXIT.waiting;
  if (row.outcome === "success") return EXIT.ok;
  return row.outcome === "cancelled" ? EXIT.cancelled : EXIT.unsuccessful;
}

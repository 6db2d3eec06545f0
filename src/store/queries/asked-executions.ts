import type { Selectable } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { ApprovalQueueTable, ExecutionStepsTable, HandExecutionsTable } from "../tables.ts";

/** What says how a request stands, without what it shows, which may be long. */
const STANDING = [
  "id",
  "execution_id",
  "step_index",
  "kind",
  "status",
  "answer",
  "resolved_at",
  "resolved_by",
  "resolved_via",
  "note",
  "auto_approve_at",
  "withheld_at",
] as const;

/** How a request stands. */
export type AskedApproval = Pick<Selectable<ApprovalQueueTable>, (typeof STANDING)[number]>;

/** What a message says of an execution and of what it asked. */
export interface AskedExecution<Approval extends AskedApproval = AskedApproval> {
  readonly execution: Pick<
    Selectable<HandExecutionsTable>,
    "id" | "hand_name" | "status" | "outcome" | "completed_at"
  >;
  /** Every request of it, oldest first. */
  readonly approvals: readonly Approval[];
  /** The steps that approved requests are about, perhaps with others. */
  readonly steps: readonly Pick<
    Selectable<ExecutionStepsTable>,
    "execution_id" | "step_index" | "kind" | "status" | "error_json"
  >[];
}

type Source = Pick<Store | StoreTransaction, "db">;

/** An execution with all that its requests show; undefined where there is no such execution. */
export async function readAskedExecution(
  source: Source,
  executionId: string,
): Promise<AskedExecution<Selectable<ApprovalQueueTable>> | undefined> {
  const approvals = await source.db
    .selectFrom("approval_queue")
    .selectAll()
    .where("execution_id", "=", executionId)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return (await gather(source, [executionId], approvals)).get(executionId);
}

/** How the requests of these executions stand, by execution: a few queries, however many there are. */
export async function readAskedExecutions(
  source: Source,
  executionIds: readonly string[],
): Promise<ReadonlyMap<string, AskedExecution>> {
  const approvals = await source.db
    .selectFrom("approval_queue")
    .select(STANDING)
    .where("execution_id", "in", [...executionIds])
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return await gather(source, executionIds, approvals);
}

async function gather<Approval extends AskedApproval>(
  source: Source,
  executionIds: readonly string[],
  approvals: readonly Approval[],
): Promise<ReadonlyMap<string, AskedExecution<Approval>>> {
  const executions = await source.db
    .selectFrom("hand_executions")
    .select(["id", "hand_name", "status", "outcome", "completed_at"])
    .where("id", "in", [...executionIds])
    .execute();
  const approvalsOf = Map.groupBy(approvals, (approval) => approval.execution_id);
  const stepsOf = Map.groupBy(await readSteps(source, approvals), (step) => step.execution_id);
  return new Map(
    executions.map((execution) => [
      execution.id,
      {
        execution,
        approvals: approvalsOf.get(execution.id) ?? [],
        steps: stepsOf.get(execution.id) ?? [],
      },
    ]),
  );
}

/** Nothing follows yet from what waits, and nothing ever from what was refused. */
async function readSteps(
  { db }: Source,
  approvals: readonly AskedApproval[],
): Promise<AskedExecution["steps"]> {
  const followed = approvals.filter(({ status }) => status === "approved" || status === "auto_approved");
  const places = followed.flatMap(({ execution_id: id, step_index: index }) =>
    id === null || index === null ? [] : [{ id, index }],
  );
  if (places.length === 0) return [];
  return await db
    .selectFrom("execution_steps")
    .select(["execution_id", "step_index", "kind", "status", "error_json"])
    .where("execution_id", "in", [...new Set(places.map(({ id }) => id))])
    .where("step_index", "in", [...new Set(places.map(({ index }) => index))])
    .execute();
}

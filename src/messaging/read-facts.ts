import type { ApprovalRow, AskedApproval, AskedExecution, Store, StoreTransaction } from "../store/index.ts";
import { listTokenUses, readAskedExecution, readAskedExecutions } from "../store/index.ts";
import type { MessageFacts } from "./render-message.ts";

type Source = Pick<Store | StoreTransaction, "db">;

/** Everything that messages about an execution are made from; undefined where there is no such execution. */
export async function readFacts(
  source: Source,
  executionId: string,
  publicUrl: string | null,
): Promise<MessageFacts<ApprovalRow> | undefined> {
  const asked = await readAskedExecution(source, executionId);
  if (asked === undefined) return undefined;
  const [facts] = await addUses(source, [asked], publicUrl);
  return facts;
}

/** What decides whether messages about these executions have to change, by execution. The number of queries does not depend on theirs. */
export async function readStanding(
  source: Source,
  executionIds: readonly string[],
  publicUrl: string | null,
): Promise<ReadonlyMap<string, MessageFacts>> {
  const asked = await readAskedExecutions(source, executionIds);
  const facts = await addUses(source, [...asked.values()], publicUrl);
  return new Map(facts.map((each) => [each.asked.execution.id, each]));
}

async function addUses<Approval extends AskedApproval>(
  source: Source,
  all: readonly AskedExecution<Approval>[],
  publicUrl: string | null,
): Promise<readonly MessageFacts<Approval>[]> {
  const decided = all
    .flatMap(({ approvals }) => approvals)
    .filter(({ status }) => status === "approved" || status === "rejected");
  const found = await listTokenUses(
    source,
    decided.map(({ id }) => id),
  );
  const uses = new Map(found.map((use) => [use.approval_id, use]));
  return all.map((asked) => ({ asked, uses, publicUrl }));
}

import type { Store, StoreTransaction } from "../store/index.ts";
import { listTokenUses, readAskedExecution } from "../store/index.ts";
import type { MessageFacts } from "./render-message.ts";

/** Everything that messages about an execution are made from; undefined where there is no such execution. */
export async function readFacts(
  source: Pick<Store | StoreTransaction, "db">,
  executionId: string,
  publicUrl: string | null,
): Promise<MessageFacts | undefined> {
  const asked = await readAskedExecution(source, executionId);
  if (asked === undefined) return undefined;
  const decided = asked.approvals.filter(({ status }) => status === "approved" || status === "rejected");
  const uses = await listTokenUses(
    source,
    decided.map(({ id }) => id),
  );
  return { asked, uses: new Map(uses.map((use) => [use.approval_id, use])), publicUrl };
}

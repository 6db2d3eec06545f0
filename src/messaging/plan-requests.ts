import type { Store } from "../store/index.ts";
import { listAskingExecutions, listOpenMessages, listToldExecutions, lockExecution } from "../store/index.ts";
import { applyChanges } from "./apply-changes.ts";
import type { Destination } from "./destinations.ts";
import type { MessageChange } from "./plan-messages.ts";
import { planMessages } from "./plan-messages.ts";
import { readStanding } from "./read-facts.ts";

/** What requests are planned with. */
export interface PlanningParts {
  readonly store: Store;
  readonly destinations: readonly Destination[];
  readonly publicUrl: string | null;
}

/** So many executions are looked at by the same few queries. */
const EXECUTIONS_PER_PAGE = 500;

/**
 * Writes down what has to happen to the messages of these executions, or of all (null), and gives those that have a request that may go out,
 * or a message in which something may still change. What is as it should be costs its share of a page's queries, and no write.
 */
export async function planRequests(
  parts: PlanningParts,
  among: readonly string[] | null,
): Promise<readonly string[]> {
  const concerned: string[] = [];
  for (const page of among === null ? [null] : toPages(among)) {
    concerned.push(...(await listConcerned(parts, page)));
  }
  for (const page of toPages(concerned)) {
    for (const id of await findChanging(parts, page)) await planExecution(parts, id);
  }
  return concerned;
}

/** Executions with a request that may go out, or a message in which something may still change. */
async function listConcerned(
  { store, destinations }: PlanningParts,
  among: readonly string[] | null,
): Promise<Iterable<string>> {
  const asking = destinations.length === 0 ? [] : await listAskingExecutions(store, among);
  return new Set([...asking, ...(await listToldExecutions(store, among))]);
}

async function findChanging(
  parts: PlanningParts,
  executionIds: readonly string[],
): Promise<readonly string[]> {
  const changes = await readChanges(parts, parts.store, executionIds);
  return executionIds.filter((id) => (changes.get(id)?.length ?? 0) > 0);
}

async function planExecution(parts: PlanningParts, executionId: string): Promise<void> {
  await parts.store.transaction(async (transaction) => {
    const execution = await lockExecution(transaction, executionId);
    if (execution === undefined) return;
    const changes = await readChanges(parts, transaction, [executionId]);
    await applyChanges(transaction, execution, changes.get(executionId) ?? []);
  });
}

async function readChanges(
  { destinations, publicUrl }: PlanningParts,
  source: Pick<Store, "db">,
  executionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly MessageChange[]>> {
  const standing = await readStanding(source, executionIds, publicUrl);
  const open = Map.groupBy(await listOpenMessages(source, executionIds), (row) => row.execution_id);
  return new Map(
    Array.from(standing, ([id, facts]) => [id, planMessages(facts, open.get(id) ?? [], destinations)]),
  );
}

function toPages(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / EXECUTIONS_PER_PAGE);
  return Array.from({ length: count }, (_, page) =>
    ids.slice(page * EXECUTIONS_PER_PAGE, (page + 1) * EXECUTIONS_PER_PAGE),
  );
}

import type { Store } from "../store.ts";
import { findNthNewest } from "./find-prunable-executions.ts";
import type { RetentionPolicy } from "./retention-policy.ts";

const PER_PAGE = 500;
const FINISHED = ["delivered", "failed", "denied"] as const;

/** Ids of finished deliveries that the policy lets go while their execution stays, a page at a time. */
export async function* findPrunableDeliveries(
  source: Pick<Store, "db">,
  policy: RetentionPolicy,
  nowMs: number,
): AsyncGenerator<readonly string[]> {
  if (policy.deliveriesMs === null) return;
  const before = nowMs - policy.deliveriesMs;
  const newestOf = new Map<string, Awaited<ReturnType<typeof findNthNewest>>>();
  let after = "";
  for (;;) {
    // Ids sort by the time they were made, so the old ones are at the beginning of the key.
    const page = await source.db
      .selectFrom("deliveries as delivery")
      .innerJoin("hand_executions as execution", "execution.id", "delivery.execution_id")
      .select([
        "delivery.id",
        "delivery.status",
        "delivery.created_at",
        "delivery.completed_at",
        "execution.hand_name",
        "execution.status as execution_status",
        "execution.created_at as execution_created_at",
        "execution.id as execution_id",
      ])
      .where("delivery.id", ">", after)
      .orderBy("delivery.id")
      .limit(PER_PAGE)
      .execute();
    const last = page.at(-1);
    if (last === undefined) return;
    const going: string[] = [];
    for (const row of page) {
      const isFinished = FINISHED.some((status) => status === row.status);
      if (!isFinished || row.execution_status !== "ended" || (row.completed_at ?? nowMs) >= before) continue;
      const known = newestOf.get(row.hand_name);
      const oldestKept =
        known !== undefined ? known : await findNthNewest(source, row.hand_name, policy.keepNewest);
      newestOf.set(row.hand_name, oldestKept);
      if (oldestKept === null || row.execution_created_at >= oldestKept.created_at) continue;
      going.push(row.id);
    }
    if (going.length > 0) yield going;
    if (page.every((row) => row.created_at >= before)) return;
    after = last.id;
  }
}

/** Removes finished deliveries; gives how many they were. */
export async function deleteDeliveries(store: Store, ids: readonly string[]): Promise<number> {
  const result = await store.transaction(({ db }) =>
    db
      .deleteFrom("deliveries")
      .where("id", "in", [...ids])
      .where("status", "in", [...FINISHED])
      .executeTakeFirst(),
  );
  return Number(result.numDeletedRows);
}

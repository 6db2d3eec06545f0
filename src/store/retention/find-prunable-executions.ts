import type { SelectQueryBuilder } from "kysely";
import { sql } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { Database, HandExecutionsTable } from "../tables.ts";
import type { RetentionPolicy } from "./retention-policy.ts";
import { COUNT_SPARES_MS } from "./retention-policy.ts";

type Source = Pick<Store | StoreTransaction, "db">;
type Place = Pick<HandExecutionsTable, "created_at" | "id">;

const PER_PAGE = 100;

/** Ids of executions that the policy lets go, a page at a time, hand by hand, the oldest first. */
export async function* findPrunableExecutions(
  source: Source,
  policy: RetentionPolicy,
  nowMs: number,
): AsyncGenerator<readonly string[]> {
  if (policy.executionsMs === null && policy.executionsPerHand === null) return;
  for await (const handName of listHandNames(source)) {
    yield* findOfHand(source, handName, policy, nowMs);
  }
}

async function* findOfHand(
  source: Source,
  handName: string,
  policy: RetentionPolicy,
  nowMs: number,
): AsyncGenerator<readonly string[]> {
  const oldestKept = await findNthNewest(source, handName, policy.keepNewest);
  if (oldestKept === null) return;
  const oldestCounted =
    policy.executionsPerHand === null
      ? null
      : await findNthNewest(source, handName, policy.executionsPerHand);
  const agedBefore = policy.executionsMs === null ? 0 : nowMs - policy.executionsMs;
  const countedBefore = oldestCounted === null ? 0 : nowMs - COUNT_SPARES_MS;
  let after: Place = { created_at: -1, id: "" };
  for (;;) {
    const page = await source.db
      .selectFrom("hand_executions")
      .select(["id", "created_at"])
      .where("hand_name", "=", handName)
      .where(isAfter(after))
      .where(isBefore(oldestKept))
      .where("created_at", "<", Math.max(agedBefore, countedBefore))
      .where("status", "=", "ended")
      .where((where) =>
        where.or([
          where("completed_at", "<", agedBefore),
          ...(oldestCounted === null
            ? []
            : [where.and([isBefore(oldestCounted), where("completed_at", "<", countedBefore)])]),
        ]),
      )
      .$call(withoutOpenEnds)
      .orderBy("created_at")
      .orderBy("id")
      .limit(PER_PAGE)
      .execute();
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ id }) => id);
    after = last;
  }
}

/** Leaves out executions of which something still waits for a human, is not known, or is on its way. */
export function withoutOpenEnds<O>(
  query: SelectQueryBuilder<Database, "hand_executions", O>,
): SelectQueryBuilder<Database, "hand_executions", O> {
  return query
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("approval_queue")
            .select(sql`1`.as("one"))
            .whereRef("approval_queue.execution_id", "=", "hand_executions.id")
            .where("approval_queue.status", "=", "pending"),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("execution_steps")
            .select(sql`1`.as("one"))
            .whereRef("execution_steps.execution_id", "=", "hand_executions.id")
            .where("execution_steps.status", "=", "unknown"),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("deliveries")
            .select(sql`1`.as("one"))
            .whereRef("deliveries.execution_id", "=", "hand_executions.id")
            .where("deliveries.status", "not in", ["delivered", "failed", "denied"]),
        ),
      ),
    );
}

/** The place of the n-th newest execution of a hand; null where it has fewer. */
export async function findNthNewest({ db }: Source, handName: string, n: number): Promise<Place | null> {
  const row = await db
    .selectFrom("hand_executions")
    .select(["id", "created_at"])
    .where("hand_name", "=", handName)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .offset(n - 1)
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** One look into the index for each hand: `distinct` would read every row. */
async function* listHandNames({ db }: Source): AsyncGenerator<string> {
  let after = "";
  for (;;) {
    const row = await db
      .selectFrom("hand_executions")
      .select("hand_name")
      .where("hand_name", ">", after)
      .orderBy("hand_name")
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return;
    yield row.hand_name;
    after = row.hand_name;
  }
}

function isAfter({ created_at, id }: Place) {
  return sql<boolean>`(created_at, id) > (${created_at}, ${id})`;
}

function isBefore({ created_at, id }: Place) {
  return sql<boolean>`(created_at, id) < (${created_at}, ${id})`;
}

import type { SelectQueryBuilder } from "kysely";
import { sql } from "kysely";
import { forUpdate } from "../for-update.ts";
import type { Store } from "../store.ts";
import type { Database } from "../tables.ts";
import type { RetentionPolicy } from "./retention-policy.ts";

const PER_PAGE = 50;

/** Hashes of versions that are old enough, not the newest of their hand, and that no execution or rule refers to. */
export async function* findPrunableVersions(
  { db }: Pick<Store, "db">,
  policy: RetentionPolicy,
  nowMs: number,
): AsyncGenerator<readonly string[]> {
  if (policy.versionsMs === null) return;
  let after = "";
  for (;;) {
    const page = await db
      .selectFrom("hand_versions")
      .select("hash")
      .where("hash", ">", after)
      .where("created_at", "<", nowMs - policy.versionsMs)
      .$call(unreferred)
      .orderBy("hash")
      .limit(PER_PAGE)
      .execute();
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ hash }) => hash);
    after = last.hash;
  }
}

/** Removes those that nothing refers to even now; gives how many they were. */
export async function deleteVersions(store: Store, hashes: readonly string[]): Promise<number> {
  return await store.transaction(async (transaction) => {
    const rows = transaction.db
      .selectFrom("hand_versions")
      .select("hash")
      .where("hash", "in", [...hashes]);
    // Locked before they are looked at again: an execution that is about to begin with one locks it too.
    await forUpdate(transaction, rows).execute();
    const going = (await rows.$call(unreferred).execute()).map(({ hash }) => hash);
    if (going.length === 0) return 0;
    await transaction.db.deleteFrom("hand_versions").where("hash", "in", going).execute();
    return going.length;
  });
}

/** Which of these hashes are kept in the store. */
export async function listKeptVersions(
  { db }: Pick<Store, "db">,
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await db
    .selectFrom("hand_versions")
    .select("hash")
    .where("hash", "in", [...hashes])
    .execute();
  return new Set(rows.map(({ hash }) => hash));
}

function unreferred<O>(
  query: SelectQueryBuilder<Database, "hand_versions", O>,
): SelectQueryBuilder<Database, "hand_versions", O> {
  return query
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("hand_executions")
            .select(sql`1`.as("one"))
            .whereRef("hand_executions.version_hash", "=", "hand_versions.hash"),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("approval_rules")
            .select(sql`1`.as("one"))
            .whereRef("approval_rules.version_hash", "=", "hand_versions.hash"),
        ),
      ),
    )
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("hand_versions as newer")
          .select(sql`1`.as("one"))
          .whereRef("newer.hand_name", "=", "hand_versions.hand_name")
          .whereRef("newer.created_at", ">", "hand_versions.created_at"),
      ),
    );
}

import type { Selectable } from "kysely";
import { sql } from "kysely";
import { prepareQuery } from "../prepare-query.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { HandsTable } from "../tables.ts";

/** A row of `hands`, the index. */
export type HandRow = Selectable<HandsTable>;

/** Rows of one statement: enough to make it cheap, and few enough for every database's count of parameters. */
const ROWS_PER_STATEMENT = 500;

type Source = Pick<Store | StoreTransaction, "db">;

/** Where a row of the index came from, without what was read there. */
export type HandOrigin = Pick<HandRow, "name" | "hands_dir" | "hand_dir" | "reading_json">;

/** The whole index, by name. */
export async function listHandRows(source: Source): Promise<readonly HandRow[]> {
  return await source.db.selectFrom("hands").selectAll().orderBy("name").execute();
}

/** Where each row of the index came from, by name. */
export async function listHandOrigins(source: Source): Promise<readonly HandOrigin[]> {
  return await source.db
    .selectFrom("hands")
    .select(["name", "hands_dir", "hand_dir", "reading_json"])
    .orderBy("name")
    .execute();
}

/** Those rows of the index that have one of the names. */
export async function findHandRows(source: Source, names: readonly string[]): Promise<readonly HandRow[]> {
  const found: HandRow[] = [];
  for (const batch of inBatches(names)) {
    found.push(
      ...(await source.db
        .selectFrom("hands")
        .selectAll()
        .where("name", "in", [...batch])
        .execute()),
    );
  }
  return found;
}

export async function findHandRow(source: Source, name: string): Promise<HandRow | undefined> {
  return await source.db.selectFrom("hands").selectAll().where("name", "=", name).executeTakeFirst();
}

/**
 * Writes rows of the index, all of one hands folder. A row that another folder owns is replaced only where that folder is in
 * `replaceable`. Returns the names that were written.
 */
export async function upsertHandRows(
  transaction: StoreTransaction,
  rows: readonly HandRow[],
  replaceable: readonly string[],
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const batch of inBatches(rows)) {
    const result = await transaction.db
      .insertInto("hands")
      .values([...batch])
      .onConflict((conflict) =>
        conflict
          .column("name")
          .doUpdateSet((update) => ({
            config_json: update.ref("excluded.config_json"),
            enabled: update.ref("excluded.enabled"),
            loaded_at: update.ref("excluded.loaded_at"),
            hands_dir: update.ref("excluded.hands_dir"),
            hand_dir: update.ref("excluded.hand_dir"),
            problems_json: update.ref("excluded.problems_json"),
            reading_json: update.ref("excluded.reading_json"),
          }))
          .where((where) =>
            where.or([
              where("hands.hands_dir", "=", where.ref("excluded.hands_dir")),
              where("hands.hands_dir", "in", ["", ...replaceable]),
            ]),
          ),
      )
      .returning("hands.name")
      .execute();
    written.push(...result.map(({ name }) => name));
  }
  return written;
}

/** Takes names out of the index where this hands folder owns them. Their states and executions stay. Returns those it took. */
export async function deleteHandRows(
  transaction: StoreTransaction,
  handsDir: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const deleted: string[] = [];
  for (const batch of inBatches(names)) {
    const result = await transaction.db
      .deleteFrom("hands")
      .where("hands_dir", "=", handsDir)
      .where("name", "in", [...batch])
      .returning("name")
      .execute();
    deleted.push(...result.map(({ name }) => name));
  }
  return deleted;
}

/** A list in pieces that one statement can carry. */
export function* inBatches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    yield items.slice(start, start + ROWS_PER_STATEMENT);
  }
}

/** Manifests of enabled hands, healthy ones, that may name events. */
export async function listEventHands(
  source: Source,
): Promise<readonly Pick<HandRow, "config_json" | "hands_dir">[]> {
  return (await selectEventHands(source, {})).rows;
}

const selectEventHands = prepareQuery(({ db }: Source, _none: object) =>
  db
    .selectFrom("hands")
    .leftJoin("hand_states", "hand_states.hand_name", "hands.name")
    .select(["hands.config_json", "hands.hands_dir"])
    // Only sorts out most of those that name none: who reads them looks again. In the words of the index `hands_of_events`, which it goes by.
    .where(sql<boolean>`hands.config_json like '%"events":["%'`)
    .where((where) =>
      where.or([
        where("hand_states.enabled_override", "=", 1),
        where.and([where("hand_states.enabled_override", "is", null), where("hands.enabled", "=", 1)]),
      ]),
    )
    .orderBy("hands.name"),
);

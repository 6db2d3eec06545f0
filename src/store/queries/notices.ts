import type { Insertable, Selectable } from "kysely";
import type { TroubleKind } from "../states.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { HandTroublesTable, NoticesTable } from "../tables.ts";

/** A row of `notices`. */
export type NoticeRow = Selectable<NoticesTable>;

/** Puts a notice on its way, once for each key and channel. */
export async function insertNotice(
  transaction: StoreTransaction,
  row: Insertable<NoticesTable>,
): Promise<void> {
  await transaction.db
    .insertInto("notices")
    .values(row)
    .onConflict((conflict) => conflict.columns(["notice_key", "channel"]).doNothing())
    .execute();
}

export async function findNotice(
  source: Pick<Store | StoreTransaction, "db">,
  id: string,
): Promise<NoticeRow | undefined> {
  return await source.db.selectFrom("notices").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Notes that nothing more is tried for a notice. */
export async function completeNotice(transaction: StoreTransaction, id: string): Promise<void> {
  await transaction.db
    .updateTable("notices")
    .set({ completed_at: transaction.nowMs })
    .where("id", "=", id)
    .execute();
}

/** A row of `hand_troubles`. */
export type HandTroubleRow = Selectable<HandTroublesTable>;

/** Notes that something is wrong with a hand. True where nothing of that kind was before; else it is counted. */
export async function noteTrouble(
  transaction: StoreTransaction,
  trouble: { readonly handName: string; readonly kind: TroubleKind; readonly message: string },
): Promise<boolean> {
  const { handName, kind, message } = trouble;
  const inserted = await transaction.db
    .insertInto("hand_troubles")
    .values({ hand_name: handName, kind, since: transaction.nowMs, count: 1, message })
    .onConflict((conflict) => conflict.doNothing())
    .returning("hand_name")
    .executeTakeFirst();
  if (inserted !== undefined) return true;
  await transaction.db
    .updateTable("hand_troubles")
    .set((builder) => ({ count: builder("count", "+", 1), message }))
    .where("hand_name", "=", handName)
    .where("kind", "=", kind)
    .execute();
  return false;
}

/** Notes that it is over; undefined where nothing was wrong. */
export async function endTrouble(
  transaction: StoreTransaction,
  handName: string,
  kind: TroubleKind,
): Promise<HandTroubleRow | undefined> {
  return await transaction.db
    .deleteFrom("hand_troubles")
    .where("hand_name", "=", handName)
    .where("kind", "=", kind)
    .returningAll()
    .executeTakeFirst();
}

export async function listTroubles(
  source: Pick<Store | StoreTransaction, "db">,
): Promise<readonly HandTroubleRow[]> {
  return await source.db
    .selectFrom("hand_troubles")
    .selectAll()
    .orderBy("hand_name")
    .orderBy("kind")
    .execute();
}

/** The hands of the index, with whether each can run. */
export async function listHandHealth(
  source: Pick<Store | StoreTransaction, "db">,
): Promise<readonly { readonly name: string; readonly isBroken: boolean; readonly problem: string }[]> {
  const rows = await source.db
    .selectFrom("hands")
    .select(["name", "problems_json"])
    .select((builder) => builder("config_json", "=", "null").as("is_broken"))
    .execute();
  return rows.map((row) => {
    const [first] = JSON.parse(row.problems_json) as readonly { readonly message?: string }[];
    return { name: row.name, isBroken: Boolean(row.is_broken), problem: first?.message ?? "it cannot run" };
  });
}

/** What became of a hand's executions in some time. */
export interface HandDigest {
  readonly handName: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Of those whose price is known. */
  readonly costUsd: number;
  readonly hasUnknownCost: boolean;
}

/** What became of the executions that ended in some time, hand by hand; skipped fires ran nothing and are left out. */
export async function digestExecutions(
  source: Pick<Store | StoreTransaction, "db">,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<readonly HandDigest[]> {
  const rows = await source.db
    .selectFrom("hand_executions")
    .select(["hand_name", "outcome"])
    .select(({ fn }) => [
      fn.countAll().as("count"),
      fn.count("cost_usd").as("priced"),
      fn.sum("cost_usd").as("cost"),
    ])
    .where("completed_at", ">=", fromMs)
    .where("completed_at", "<", untilMs)
    .where("outcome", "is not", null)
    .where("outcome", "!=", "skipped")
    .groupBy(["hand_name", "outcome"])
    .orderBy("hand_name")
    .execute();
  const names = [...new Set(rows.map((row) => row.hand_name))];
  return names.map((handName) => {
    const own = rows.filter((row) => row.hand_name === handName);
    const count = (outcomes: readonly string[]) =>
      own
        .filter((row) => outcomes.includes(row.outcome ?? ""))
        .reduce((sum, row) => sum + Number(row.count), 0);
    return {
      handName,
      succeeded: count(["success"]),
      failed: count(["failure", "timeout"]),
      cancelled: count(["cancelled"]),
      costUsd: own.reduce((sum, row) => sum + Number(row.cost ?? 0), 0),
      hasUnknownCost: own.some((row) => Number(row.count) !== Number(row.priced)),
    };
  });
}

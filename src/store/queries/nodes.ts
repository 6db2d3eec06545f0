import type { Insertable, Selectable } from "kysely";
import type { SchemaMigrationsTable } from "../migrations/run-migrations.ts";
import { newestSchemaNumber, SCHEMA_TABLE } from "../migrations/run-migrations.ts";
import type { NodeState } from "../states.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { NodesTable } from "../tables.ts";

/** A process that shares the store, without the list of its hands. */
export type NodeRow = Omit<Selectable<NodesTable>, "hands_json">;

/** How often a process says that it is there. */
export const BEAT_EVERY_MS = 5_000;

/** Whoever was not heard of for this long is not there: three beats. */
const SILENT_AFTER_MS = 3 * BEAT_EVERY_MS;

/** What a node is at, by the store's clock. */
export function readNodeState(
  row: Pick<NodeRow, "last_seen_at" | "outdated_at" | "stopped_at">,
  nowMs: number,
): NodeState {
  if (row.stopped_at !== null) return "stopped";
  if (nowMs - row.last_seen_at > SILENT_AFTER_MS) return "silent";
  return row.outdated_at === null ? "alive" : "outdated";
}

const COLUMNS = [
  "id",
  "host_name",
  "pid",
  "roles_json",
  "program_version",
  "schema_number",
  "hands_dir",
  "hands_hash",
  "started_at",
  "last_seen_at",
  "active_count",
  "max_active",
  "outdated_at",
  "stopped_at",
] as const;

/** What a node says of itself when it comes. */
export type NewNode = Pick<
  Insertable<NodesTable>,
  "id" | "host_name" | "pid" | "roles_json" | "program_version" | "hands_dir" | "max_active"
>;

/** Puts a node where the others see it. */
export async function insertNode(transaction: StoreTransaction, node: NewNode): Promise<void> {
  await transaction.db
    .insertInto("nodes")
    .values({
      ...node,
      schema_number: newestSchemaNumber(),
      started_at: transaction.nowMs,
      last_seen_at: transaction.nowMs,
      active_count: 0,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ roles_json: node.roles_json }))
    .execute();
}

/** What changes of a node. */
export interface NodeBeat {
  readonly activeCount: number;
  /** Takes no more work: a newer program has changed the schema. */
  readonly isOutdated: boolean;
}

/** Says that a node is there. */
export async function beatNode(transaction: StoreTransaction, id: string, beat: NodeBeat): Promise<void> {
  await transaction.db
    .updateTable("nodes")
    .set((builder) => ({
      last_seen_at: transaction.nowMs,
      active_count: beat.activeCount,
      outdated_at: beat.isOutdated
        ? builder.fn.coalesce("outdated_at", builder.val(transaction.nowMs))
        : null,
    }))
    .where("id", "=", id)
    .execute();
}

/** Notes which versions of which hands a node has in its folder. */
export async function putNodeHands(
  transaction: StoreTransaction,
  id: string,
  hands: { readonly hash: string; readonly byName: Readonly<Record<string, string>> },
): Promise<void> {
  await transaction.db
    .updateTable("nodes")
    .set({ hands_hash: hands.hash, hands_json: JSON.stringify(hands.byName) })
    .where("id", "=", id)
    .execute();
}

/** Notes that a node has stopped. */
export async function stopNode(transaction: StoreTransaction, id: string): Promise<void> {
  await transaction.db
    .updateTable("nodes")
    .set({ stopped_at: transaction.nowMs, last_seen_at: transaction.nowMs, active_count: 0 })
    .where("id", "=", id)
    .execute();
}

/** The nodes that were seen since an instant, the newest first; at most 1,000. */
export async function listNodes(
  source: Pick<Store, "db">,
  { seenSinceMs }: { readonly seenSinceMs: number },
): Promise<readonly NodeRow[]> {
  return await source.db
    .selectFrom("nodes")
    .select(COLUMNS)
    .where("last_seen_at", ">=", seenSinceMs)
    .orderBy("started_at", "desc")
    .orderBy("id", "desc")
    .limit(1000)
    .execute();
}

/** The versions of hands that nodes have, by node and name. */
export async function listNodeHands(
  source: Pick<Store, "db">,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  if (ids.length === 0) return new Map();
  const rows = await source.db
    .selectFrom("nodes")
    .select(["id", "hands_json"])
    .where("id", "in", [...ids])
    .execute();
  return new Map(
    rows.flatMap(({ id, hands_json }): [string, Record<string, string>][] =>
      hands_json === null ? [] : [[id, JSON.parse(hands_json)]],
    ),
  );
}

/** The hosts of nodes, by id; nodes that are forgotten are left out. */
export async function findNodeHosts(
  source: Pick<Store, "db">,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await source.db
    .selectFrom("nodes")
    .select(["id", "host_name"])
    .where("id", "in", [...ids])
    .execute();
  return new Map(rows.map(({ id, host_name }) => [id, host_name]));
}

/** Forgets the nodes that were last seen before an instant. */
export async function deleteNodes(transaction: StoreTransaction, seenBeforeMs: number): Promise<void> {
  await transaction.db.deleteFrom("nodes").where("last_seen_at", "<", seenBeforeMs).execute();
}

/** The number of the schema, and the newest that this program knows. */
export async function readSchemaNumbers(
  source: Pick<Store | StoreTransaction, "db">,
): Promise<{ readonly current: number; readonly known: number }> {
  const row = await source.db
    .withTables<{ [SCHEMA_TABLE]: SchemaMigrationsTable }>()
    .selectFrom(SCHEMA_TABLE)
    .select((expression) => expression.fn.max("number").as("number"))
    .executeTakeFirst();
  return { current: row?.number ?? 0, known: newestSchemaNumber() };
}

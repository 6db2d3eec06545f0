import type { KyselyPlugin, RootOperationNode } from "kysely";
import { CompiledQuery, createQueryId, sql } from "kysely";
import { expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { KEEP_EVERYTHING, pruneStore } from "../../src/runtime/index.ts";
import type { Store } from "../../src/store/index.ts";
import {
  countEnd,
  countExecutions,
  countHandLoad,
  countOpenExecutions,
  countPendingApprovals,
  countUnfinishedDeliveries,
  findAutoApprovable,
  findClaimable,
  findDueSendings,
  findExecution,
  findExecutionOfEvent,
  findExpired,
  findNewestVersion,
  findNextDeadline,
  findNextDueAt,
  findNextSending,
  findNextWake,
  listApprovals,
  listAskingExecutions,
  listDeliveries,
  listDueHands,
  listExecutions,
  listExecutionsBetween,
  listFiguresOfHand,
  listPendingApprovals,
  listRecentOfHands,
  listRetriesOf,
  listSteps,
  pageApprovals,
  pageExecutions,
  pageSteps,
  readAskedExecutions,
  readEvents,
  releaseHeldExecutions,
  runsBeside,
  sumUsageSince,
  verifyEventChain,
  wakeSleepers,
} from "../../src/store/index.ts";
import { fillStore } from "../support/filled-store.ts";
import { describeEachStore } from "../support/stores.ts";

/** Tables that grow with every execution. */
const GROWING = ["hand_executions", "execution_steps", "deliveries", "events", "approval_queue"];
const EXECUTIONS = 4_000;
const DAY_MS = 86_400_000;
const START_AT = 1_700_000_000_000;

/** Indexes of executions that have not ended and of requests that are pending: few, whatever the size of the table. */
const OF_FEW =
  /USING (?:COVERING )?INDEX (hand_executions_(claimable|leases|wakes|by_hand_status|recent_by_status)|approval_queue_(expiring|auto_approving))$/;

/** What sorts, and why that is no harm: the rows that it sorts are few whatever the size of the table. */
const SORTS_FEW: Readonly<Record<string, string>> = {
  "approvals of an execution": "those of one execution",
  "events of an execution": "those of one execution",
  "deliveries due": "those that are due now",
};

interface Recorded {
  readonly label: string;
  readonly query: CompiledQuery;
}

/** The store, with every query that is built on its `db` written down as it would be run. */
function recording(store: Store): {
  readonly store: Store;
  readonly record: (label: string) => void;
  readonly recorded: Recorded[];
} {
  const recorded: Recorded[] = [];
  let label = "";
  const compile = (node: RootOperationNode) => store.db.getExecutor().compileQuery(node, createQueryId());
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      recorded.push({ label, query: compile(node) });
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const recordingStore: Store = {
    capabilities: store.capabilities,
    ids: store.ids,
    db: store.db.withPlugin(plugin),
    nowMs: () => store.nowMs(),
    transaction: (work) => store.transaction((unit) => work({ ...unit, db: unit.db.withPlugin(plugin) })),
    onChange: (listener) => store.onChange(listener),
    backup: (path) => store.backup(path),
    close: () => store.close(),
  };
  return {
    store: recordingStore,
    record: (next) => {
      label = next;
    },
    recorded,
  };
}

/** Everything that lists, sweeps, scans and claims look for, as the program asks it. */
async function askEverything(store: Store, record: (label: string) => void): Promise<void> {
  const now = START_AT + EXECUTIONS * 1000;
  const place = { createdAt: now - 2_000_000, id: "e1000002000" };
  const page = { after: place, limit: 50 };
  const ask = async (label: string, question: () => Promise<unknown>) => {
    record(label);
    await question();
  };
  await ask("executions, newest", () => pageExecutions(store, {}, { after: null, limit: 50 }));
  await ask("executions, next page", () => pageExecutions(store, {}, page));
  await ask("executions of a hand", () => pageExecutions(store, { handName: "hand-3" }, page));
  await ask("executions by outcome", () => pageExecutions(store, { outcomes: ["failure"] }, page));
  await ask("executions by status", () => pageExecutions(store, { statuses: ["running"] }, page));
  await ask("executions by trigger", () => pageExecutions(store, { trigger: "manual" }, page));
  await ask("executions listed", () => listExecutions(store, { limit: 20 }));
  await ask("executions of a hand listed", () => listExecutions(store, { handName: "hand-3", limit: 20 }));
  await ask("executions of a hand counted", () =>
    countExecutions(store, { handName: "hand-3", statuses: ["queued"] }),
  );
  await ask("open executions counted", () => countOpenExecutions(store));
  await ask("claimable", () => findClaimable(store, now, 20));
  await ask("next wake", () => findNextWake(store));
  await ask("claims and ends", () =>
    store.transaction(async (transaction) => {
      const row = await findExecution(transaction, "e1000000001");
      if (row === undefined) throw new Error("it is not there");
      await countHandLoad(transaction, row);
      await runsBeside(transaction, row);
      await releaseHeldExecutions(transaction, row.hand_name);
      await releaseHeldExecutions(transaction, null);
      await wakeSleepers(transaction);
      await countEnd(transaction, { executionId: row.id, handName: row.hand_name, result: "success" });
    }),
  );
  await ask("execution of an event", () => findExecutionOfEvent(store, "hand-3", "x"));
  await ask("retries", () => listRetriesOf(store, "e1000000001"));
  await ask("recent of hands", () => listRecentOfHands(store, ["hand-1", "hand-2"], 20));
  await ask("usage", () => sumUsageSince(store, now - 60_000));
  await ask("figures of a hand", () => listFiguresOfHand(store, "hand-1", now - 60_000));
  await ask("calendar", () => listExecutionsBetween(store, { from: now - 60_000, to: now, limit: 100 }));
  await ask("calendar of a hand", () =>
    listExecutionsBetween(store, { from: now - 60_000, to: now, limit: 100, handName: "hand-1" }),
  );
  await ask("steps", () => listSteps(store, "e1000000001"));
  await ask("page of steps", () => pageSteps(store, "e1000000001", { fromIndex: 3, limit: 50 }));
  await ask("pending approvals", () => listPendingApprovals(store, now));
  await ask("pending approvals counted", () => countPendingApprovals(store, now));
  await ask("page of approvals", () => pageApprovals(store, {}, page));
  await ask("page of approvals by status", () => pageApprovals(store, { statuses: ["approved"] }, page));
  await ask("page of approvals of a hand", () => pageApprovals(store, { handName: "hand-1" }, page));
  await ask("approvals of an execution", () => listApprovals(store, { executionId: "e1000000001" }));
  await ask("asking executions", () => listAskingExecutions(store, null));
  await ask("asking executions among some", () =>
    listAskingExecutions(store, ["e1000000001", "e1000000002"]),
  );
  await ask("asked executions", () => readAskedExecutions(store, ["e1000000001", "e1000000002"]));
  await ask("expired approvals", () => findExpired(store, now));
  await ask("automatic approvals", () => findAutoApprovable(store, now));
  await ask("next deadline", () => findNextDeadline(store, now));
  await ask("deliveries due", () => findDueSendings(store, "deliveries", now, 20));
  await ask("next delivery", () => findNextSending(store, "deliveries"));
  await ask("unfinished deliveries", () => countUnfinishedDeliveries(store));
  await ask("deliveries of an execution", () => listDeliveries(store, "e1000000001"));
  await ask("due hands", () => listDueHands(store, now));
  await ask("next due", () => findNextDueAt(store, now));
  await ask("newest version", () => findNewestVersion(store, "hand-1"));
  await ask("events", () => readEvents(store, { afterPosition: 900, limit: 50 }));
  await ask("events of an execution", () =>
    readEvents(store, { afterPosition: 0, limit: 50, executionId: "e1000000001" }),
  );
  await ask("chain of events", () => verifyEventChain(store));
  const policy = {
    ...KEEP_EVERYTHING,
    executionsMs: store.nowMs() - START_AT - 50_000,
    executionsPerHand: 390,
    eventsMs: DAY_MS,
    deliveriesMs: store.nowMs() - START_AT - 60_000,
    versionsMs: DAY_MS,
  };
  await ask("retention", () => pruneStore({ store, policy, clock: systemClock }));
}

async function fill(store: Store, isAnalyzed: boolean): Promise<void> {
  await fillStore(store, { executions: EXECUTIONS, events: 1_000, startAt: START_AT });
  await store.transaction(async ({ db }) => {
    await sql`
      insert into approval_queue (id, hand_name, execution_id, kind, action, description, context_json, status, created_at, gates_json, files_json)
      select 'a' || id, hand_name, id, 'approval', 'pay', '', '{}', 'approved', created_at, '[]', '[]' from hand_executions
    `.execute(db);
    await sql`
      insert into events (id, position, type, data_json, created_at, is_audited)
      select 'v' || id, 1000 + row_number() over (order by id), 'filled', '{}', created_at, 0 from hand_executions
    `.execute(db);
    await db
      .insertInto("hand_versions")
      .values([
        { hash: "v1", hand_name: "hand-1", created_at: 1, files_json: "[]" },
        { hash: "v999", hand_name: "hand-1", created_at: 2, files_json: "[]" },
      ])
      .execute();
    if (isAnalyzed) await sql`analyze`.execute(db);
  });
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Plan Rows": number;
  readonly Plans?: readonly PlanNode[];
}

/** Postgres is told to read whole tables and to sort only where it cannot do without: a small table looks like a large one then. */
async function explain(
  store: Store,
  kind: "sqlite" | "postgres",
  query: CompiledQuery,
): Promise<readonly Record<string, unknown>[]> {
  return await store.transaction(async ({ db }) => {
    if (kind === "postgres") {
      await sql`set local enable_seqscan = off`.execute(db);
      await sql`set local enable_sort = off`.execute(db);
    }
    const words = kind === "sqlite" ? "explain query plan" : "explain (format json)";
    const explained = CompiledQuery.raw(`${words} ${query.sql}`, [...query.parameters]);
    return (await db.executeQuery<Record<string, unknown>>(explained)).rows;
  });
}

function readPlan(rows: readonly Record<string, unknown>[]): PlanNode {
  const [plan] = rows.flatMap((row) => row["QUERY PLAN"] as readonly { readonly Plan: PlanNode }[]);
  if (plan === undefined) throw new Error("there is no plan");
  return plan.Plan;
}

/** What is wrong with a plan of Postgres: a growing table read whole, or more sorted than a page. */
function judgePostgres(node: PlanNode, isPage: boolean): readonly string[] {
  const faults = (node.Plans ?? []).flatMap((inner) => judgePostgres(inner, isPage));
  const table = node["Relation Name"];
  if (node["Node Type"] === "Seq Scan" && table !== undefined && GROWING.includes(table))
    faults.push(`reads all of ${table}`);
  if (isPage && node["Node Type"] === "Sort" && node["Plan Rows"] > 100)
    faults.push("sorts more than a page");
  return faults;
}

/** What belongs to one hand is found by its name; what has not ended, among what has not. */
function strays(line: string, query: string): boolean {
  if (!/^(SCAN|SEARCH) hand_executions /.test(line)) return false;
  if (query.includes('"hand_name" = ?') && !line.includes("hand_name=?")) return true;
  return query.includes("status <> 'ended'") && !OF_FEW.test(line.replace(/ \(.*$/, ""));
}

/** The same of SQLite, whose plan is lines of text. */
function judgeSqlite(
  rows: readonly Record<string, unknown>[],
  isPage: boolean,
  query: string,
): readonly string[] {
  const lines = rows.map((row) => String(row["detail"]));
  return lines.filter((line) => {
    if (strays(line, query)) return true;
    if (isPage && line.startsWith("USE TEMP B-TREE FOR ORDER BY")) return true;
    if (OF_FEW.test(line)) return false;
    const scanned = /^SCAN (\S+)(.*)$/.exec(line);
    return (
      scanned !== null && GROWING.includes(scanned[1] ?? "") && !(isPage && scanned[2]?.includes("USING"))
    );
  });
}

describeEachStore("query plans", (openStore, { kind }) => {
  // SQLite plans by what `analyze` found where somebody ran it, which nobody need.
  test.each(kind === "sqlite" ? [true, false] : [true])(
    "no list, sweep, claim or pruning reads a growing table whole, or sorts more than its page (analyzed: %s)",
    { timeout: 120_000 },
    async (isAnalyzed) => {
      const plain = await openStore();
      await fill(plain, isAnalyzed);
      const { store, record, recorded } = recording(plain);
      await askEverything(store, record);
      const queries = new Map(recorded.map(({ label, query }) => [query.sql, { label, query }]));
      expect(queries.size).toBeGreaterThan(50);
      const faults: string[] = [];
      for (const { label, query } of queries.values()) {
        if (
          !GROWING.some((table) => query.sql.includes(`"${table}"`)) ||
          /^(insert|delete)/i.test(query.sql) ||
          (kind === "postgres" && /^update/i.test(query.sql))
        )
          continue;
        const isPage = /\slimit\s/i.test(query.sql);
        const maySort = Object.hasOwn(SORTS_FEW, label);
        const rows = await explain(plain, kind, query);
        const found =
          kind === "sqlite" ? judgeSqlite(rows, isPage, query.sql) : judgePostgres(readPlan(rows), isPage);
        for (const fault of found.filter((text) => !maySort || !/sort|ORDER BY/.test(text)))
          faults.push(`${label}: ${fault}\n    ${query.sql.slice(0, 400)}`);
      }
      expect(faults).toEqual([]);
    },
  );
});

import type BetterSqlite3 from "better-sqlite3";
import type { JsonObject } from "../../src/core/index.ts";
import { hashJson } from "../../src/core/index.ts";
import { hashMessage } from "../../src/messaging/render-message.ts";
import type { StartExecution } from "../../src/scheduler/index.ts";
import type {
  ApprovalRow,
  AskedExecution,
  DecisionTokenRow,
  RequestMessageRow,
  StoreTransaction,
} from "../../src/store/index.ts";
import type { CallableTool } from "../../src/tools/index.ts";
import type { PlanSize } from "./plan.ts";

/** A mistake that the program does not make, put in at one of its edges: a simulator that does not find it tests nothing. */
export interface PlantedBug {
  readonly name: string;
  /** A story that shows it. Where it does not any more, as after a change of the draws, others are tried. */
  readonly shownBy: readonly [size: PlanSize, seed: number];
  /** What a story rarely has, and this bug needs to show. */
  readonly needs?: "tampering" | "freezes";
  /** The statement that is run in place of this one. */
  readonly rewrite?: (sql: string) => string;
  /** The rows that a statement seems to have given. */
  readonly rows?: (
    sql: string,
    rows: unknown[],
    parameters: readonly unknown[],
    database: BetterSqlite3.Database,
  ) => unknown[];
  readonly wrapTool?: (tool: CallableTool) => CallableTool;
  /** In place of the start of an execution in the transaction of its fire; `later` begins one of its own. */
  readonly startExecution?: (
    start: StartExecution,
    later: (work: (transaction: StoreTransaction) => Promise<unknown>) => void,
  ) => StartExecution;
  readonly losesWakeUps?: true;
  readonly forgetsToSync?: true;
  /** What is done to the empty database. */
  readonly schema?: string;
}

const UPDATES_REQUEST = 'update "approval_queue" set "status" = ?, "resolved_at"';
const UPDATES_STEP = 'update "execution_steps" set';
const READS_REQUEST = 'select * from "approval_queue" where "id" = ?';
const COUNTS = 'update "hand_states" set "run_count"';

type Row = Record<string, unknown>;

function changeRows(rows: unknown[], change: (row: Row) => Row): unknown[] {
  return rows.map((row) => ({ ...(row as Row), ...change(row as Row) }));
}

/** A step that an operator's hands changed in the database seems to be what was approved. */
function hideDifference(row: Row, database: BetterSqlite3.Database): Row {
  if (row["kind"] !== "approval") return {};
  const step = database
    .prepare("SELECT args_json FROM execution_steps WHERE execution_id = ? AND step_index = ?")
    .all(row["execution_id"], row["step_index"])[0] as { readonly args_json: string | null } | undefined;
  if (step?.args_json == null) return {};
  return { args_json: step.args_json, args_hash: hashJson(JSON.parse(step.args_json) as JsonObject) };
}

/** As if whoever records a message as sent looked at the requests and not at what it had sent. */
function noteWhatIsSo(messageId: string, database: BetterSqlite3.Database): void {
  const read = (sql: string, key: unknown) => database.prepare(`/* planted */ ${sql}`).all(key) as never[];
  const [message] = read("SELECT * FROM request_messages WHERE id = ?", messageId) as RequestMessageRow[];
  if (message === undefined) return;
  const id = message.execution_id;
  const [execution] = read("SELECT * FROM hand_executions WHERE id = ?", id);
  const approvals: ApprovalRow[] = read(
    "SELECT * FROM approval_queue WHERE execution_id = ? ORDER BY created_at, id",
    id,
  );
  const steps = read("SELECT * FROM execution_steps WHERE execution_id = ?", id);
  const used: DecisionTokenRow[] = read(
    `SELECT t.* FROM decision_tokens t JOIN approval_queue a ON a.id = t.approval_id
    WHERE a.execution_id = ? AND t.used_at IS NOT NULL`,
    id,
  );
  if (execution === undefined) return;
  const asked = { execution, approvals, steps } as AskedExecution;
  const uses = new Map(used.map((use) => [use.approval_id, use]));
  const hash = hashMessage(message, { asked, uses, publicUrl: null });
  database
    .prepare("/* planted */ UPDATE request_messages SET tried_hash = ? WHERE id = ?")
    .run(hash, messageId);
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "a decision does not ask whether there was one",
    shownBy: ["short", 1],
    rewrite(sql) {
      if (sql.startsWith(UPDATES_REQUEST))
        return sql.replace("status = 'pending'", "(status = 'pending' or 1)");
      return sql.startsWith(`${UPDATES_STEP} "approval_id"`)
        ? sql.replace('"status" in (?)', '("status" in (?) or 1)')
        : sql;
    },
    rows: (sql, rows, _parameters, database) =>
      sql === READS_REQUEST && database.inTransaction
        ? changeRows(rows, () => ({ status: "pending" }))
        : rows,
  },
  {
    name: "an intent commits with the result, after the effect",
    shownBy: ["brief", 0],
    rewrite(sql) {
      if (sql.startsWith(`${UPDATES_STEP} "status" = ?, "attempt" = ?`))
        return sql.replace('"status" = ?', '"status" = substr("status" || ?, 1, length("status"))');
      const isResult = sql.startsWith(UPDATES_STEP) && sql.includes('"result_order" = ?');
      return isResult ? sql.replace('"status" in (?)', '("status" in (?) or 1)') : sql;
    },
    rows: (sql, rows) =>
      sql.startsWith(`${UPDATES_STEP} "status" = ?, "attempt" = ?`)
        ? changeRows(rows, () => ({ status: "executing" }))
        : rows,
  },
  {
    name: "an expiry is stored and never read",
    shownBy: ["brief", 54],
    rewrite: (sql) =>
      sql
        .replace('"expires_at" > ?)', '"expires_at" > ? or 1)')
        .replace(/("kind" = \S+ and "expires_at" <= \?)/, "$1 and 0"),
    rows: (sql, rows) => (sql === READS_REQUEST ? changeRows(rows, () => ({ expires_at: null })) : rows),
  },
  {
    name: "counters are written after the transaction of the end",
    shownBy: ["brief", 21],
    rewrite: (sql) => (sql.startsWith(COUNTS) ? `${sql} and 0` : sql),
    rows(sql, rows, parameters, database) {
      if (sql.startsWith(COUNTS)) {
        setImmediate(() => {
          if (database.open) database.prepare(`/* late */ ${sql}`).run(...parameters);
        });
      }
      return rows;
    },
  },
  {
    name: "a fire moves on in one transaction and starts its execution in another",
    shownBy: ["brief", 2],
    startExecution: (start, later) => async (_transaction, request) => {
      later((transaction) => start(transaction, request));
      return "later";
    },
  },
  {
    name: "what was approved is not compared with what is about to run",
    shownBy: ["brief", 2],
    needs: "tampering",
    rows: (sql, rows, _parameters, database) =>
      sql === READS_REQUEST && !database.inTransaction
        ? changeRows(rows, (row) => hideDifference(row, database))
        : rows,
  },
  {
    name: "a call that was interrupted is made again, whatever its tool",
    shownBy: ["brief", 5],
    wrapTool: (tool) => ({ ...tool, descriptor: { ...tool.descriptor, isIdempotent: true } }),
  },
  {
    name: "what may have happened is recorded as failed",
    shownBy: ["brief", 5],
    rewrite: (sql) =>
      sql.startsWith(`${UPDATES_STEP} "status" = ?, "error_json" = ?`)
        ? sql.replace('"status" = ?', "\"status\" = replace(?, 'unknown', 'failed')")
        : sql,
  },
  {
    name: "the cost of a call is not set aside before it",
    shownBy: ["brief", 2],
    rewrite: (sql) => sql.replace('"reserved_cost_usd" + ?', '"reserved_cost_usd" + 0 * ?'),
  },
  {
    name: "wake-ups are lost, and nobody looks for what they were about",
    shownBy: ["brief", 0],
    losesWakeUps: true,
    rewrite: (sql) =>
      sql.startsWith('select "id", "priority" from "hand_executions"')
        ? sql.replace('"reason" is null', '"reason" is null and 0')
        : sql,
  },
  {
    name: "an execution parks without a look at what was decided meanwhile",
    shownBy: ["brief", 37],
    rows: (sql, rows) =>
      sql.startsWith(
        'select "kind", "status", "result_order", "approval_id", "wake_at" from "execution_steps"',
      )
        ? changeRows(rows, (row) => ({
            result_order: row["result_order"] ?? 0,
            ...(row["status"] === "approved" ? { status: "awaiting" } : {}),
          }))
        : rows,
  },
  {
    name: "a claim does not ask whether the lease has passed",
    shownBy: ["brief", 2],
    rewrite: (sql) => sql.replaceAll('"lease_until" < ?', '("lease_until" < ? or 1)'),
  },
  {
    name: "the process that has an execution writes without its fence",
    shownBy: ["brief", 4],
    needs: "freezes",
    rewrite: (sql) =>
      sql.replace(
        /^(update "hand_executions" set "lease_until" = \?.* where "id" = \?) and "fence" = \? and "status" = (\?|'running')$/,
        '$1 and ("fence" = ? or 1) and ("status" = $2 or 1)',
      ),
  },
  {
    name: "an output is recorded as sent before it is sent",
    shownBy: ["short", 0],
    rows(sql, rows, _parameters, database) {
      if (sql.startsWith('update "deliveries" set "status" = ?, "attempts" = "attempts" + ?'))
        database.exec("UPDATE deliveries SET status = 'delivered' WHERE status = 'sending'");
      return rows;
    },
  },
  {
    name: "a file has its name before its content is on the disk",
    shownBy: ["brief", 2],
    forgetsToSync: true,
  },
  {
    name: "a message is recorded as saying what is so, and not what was shown",
    shownBy: ["short", 1],
    rows(sql, rows, parameters, database) {
      if (sql.startsWith('update "request_messages" set "reference" = ?'))
        noteWhatIsSo(String(parameters.at(-2)), database);
      return rows;
    },
  },
  {
    name: "an audited event is changed after it was sealed",
    shownBy: ["short", 0],
    schema: `CREATE TRIGGER careless AFTER UPDATE OF hash ON events WHEN NEW.is_audited = 1 BEGIN
      UPDATE events SET data_json = '{}' WHERE id = NEW.id; END`,
  },
];

import type BetterSqlite3 from "better-sqlite3";
import { DAY_LIMIT_USD } from "./hands.ts";
import { Violation } from "./story.ts";

/** What has to be true of the records after every commit: each query gives what breaks it. */
const ALWAYS: Readonly<Record<string, string>> = {
  "what waits has a reason, and somebody or something to wait for": `
    SELECT id, hand_name, reason, wake_at, approval_id FROM hand_executions WHERE status = 'waiting' AND (reason IS NULL
      OR (reason IN ('approval', 'unknown') AND NOT EXISTS (
        SELECT 1 FROM approval_queue WHERE approval_queue.id = hand_executions.approval_id AND approval_queue.status = 'pending'))
      OR (reason IN ('sleep', 'budget') AND wake_at IS NULL))`,
  "what has ended has nothing open": `
    SELECT steps.execution_id, steps.name, steps.status FROM execution_steps steps
    JOIN hand_executions executions ON executions.id = steps.execution_id
    WHERE executions.status = 'ended' AND steps.status IN ('proposed', 'awaiting', 'approved', 'executing')`,
  "what has ended asks nothing": `
    SELECT approval_queue.id, hand_executions.id FROM approval_queue
    JOIN hand_executions ON hand_executions.id = approval_queue.execution_id
    WHERE hand_executions.status = 'ended' AND approval_queue.status = 'pending'`,
  "a step and its request say the same": `
    SELECT steps.execution_id, steps.step_index, steps.status, approval_queue.status, approval_queue.kind FROM execution_steps steps
    JOIN approval_queue ON approval_queue.id = steps.approval_id
    WHERE (approval_queue.status = 'pending') <> (steps.status = 'awaiting' OR (steps.status = 'unknown' AND approval_queue.kind = 'unknown'
      AND approval_queue.status = 'pending'))`,
  "an outcome is there when it has ended, and while it waits for a human": `
    SELECT id, status, reason, outcome FROM hand_executions WHERE CASE
      WHEN status = 'ended' THEN outcome IS NULL OR outcome = 'approval_pending' OR completed_at IS NULL
      WHEN status = 'waiting' AND reason IN ('approval', 'unknown') THEN outcome IS NOT 'approval_pending'
      ELSE outcome IS NOT NULL END`,
  "a lease belongs to what runs": `
    SELECT id, status, lease_owner FROM hand_executions WHERE (status = 'running') <> (lease_owner IS NOT NULL)`,
  "counters equal the rows": `
    SELECT * FROM (SELECT hand_name, run_count, success_count, failure_count,
      (SELECT count(*) FROM hand_executions e WHERE e.hand_name = s.hand_name AND status = 'ended' AND outcome <> 'skipped') AS runs,
      (SELECT count(*) FROM hand_executions e WHERE e.hand_name = s.hand_name AND status = 'ended' AND outcome = 'success') AS successes,
      (SELECT count(*) FROM hand_executions e WHERE e.hand_name = s.hand_name AND status = 'ended' AND outcome IN ('failure', 'timeout')) AS failures
      FROM hand_states s) WHERE run_count <> runs OR success_count <> successes OR failure_count <> failures`,
  "an execution counts its steps": `
    SELECT * FROM (SELECT id, step_count, (SELECT count(*) FROM execution_steps s WHERE s.execution_id = e.id AND kind <> 'value') AS steps
      FROM hand_executions e) WHERE step_count <> steps`,
  "one row for each fire": `
    SELECT hand_name, scheduled_for, count(*) FROM hand_executions WHERE scheduled_for IS NOT NULL
    GROUP BY hand_name, scheduled_for HAVING count(*) > 1`,
  "time never runs backwards in a record": `
    SELECT id, created_at, started_at, completed_at FROM hand_executions
    WHERE started_at < created_at OR completed_at < created_at OR completed_at < started_at
    UNION ALL SELECT execution_id || ':' || step_index, created_at, started_at, completed_at FROM execution_steps
    WHERE completed_at < created_at OR completed_at < started_at
    UNION ALL SELECT id, created_at, resolved_at, NULL FROM approval_queue WHERE resolved_at < created_at`,
  "money is set aside for calls under way alone": `
    SELECT id, status, reserved_cost_usd FROM hand_executions
    WHERE reserved_cost_usd < -1e-9 OR (status <> 'running' AND abs(reserved_cost_usd) > 1e-9)`,
  "no execution shows a defect of the program": `
    SELECT id, hand_name, error FROM hand_executions WHERE error_code = 'internal'`,
};

/** What the outside world knows of calls. */
export interface EffectCounts {
  readonly effects: ReadonlyMap<string, number>;
}

/** Judges the records as they are on the disk. */
export class KeptPromises {
  readonly #queries: readonly (readonly [promise: string, statement: BetterSqlite3.Statement])[];
  readonly #calls: BetterSqlite3.Statement;
  readonly #costs: BetterSqlite3.Statement;
  readonly #world: EffectCounts;

  constructor(view: BetterSqlite3.Database, world: EffectCounts) {
    this.#queries = Object.entries(ALWAYS).map(([promise, sql]) => [promise, view.prepare(`${sql} LIMIT 3`)]);
    this.#calls = view.prepare(`
      SELECT s.execution_id || ':step:' || s.step_index AS key, s.name, s.status, s.attempt,
        (SELECT count(*) FROM approval_queue a WHERE a.execution_id = s.execution_id AND a.step_index = s.step_index
          AND a.kind = 'unknown' AND a.answer = 'happened') AS saidHappened,
        (SELECT count(*) FROM approval_queue a WHERE a.execution_id = s.execution_id AND a.step_index = s.step_index
          AND a.kind = 'unknown' AND a.answer = 'retry') AS retries
      FROM execution_steps s WHERE s.kind = 'tool' AND s.name IN ('note', 'pay', 'publish') AND s.attempt > 0`);
    this.#costs = view.prepare(`
      SELECT e.hand_name, s.completed_at / 86400000 AS day, sum(s.cost_usd) AS costUsd FROM execution_steps s
      JOIN hand_executions e ON e.id = s.execution_id WHERE e.hand_name = 'spender' AND s.cost_usd > 0 AND s.completed_at > ?
      GROUP BY 1, 2 HAVING sum(s.cost_usd) > ${DAY_LIMIT_USD + 1e-9}`);
    this.#world = world;
  }

  /** Throws a {@link Violation} for the first promise that the records break. */
  check(): void {
    for (const [promise, statement] of this.#queries) {
      const rows = statement.all();
      if (rows.length > 0) throw new Violation(promise, JSON.stringify(rows));
    }
    this.#checkEffects();
  }

  /** Where the wall was never set back: then a day is a day. */
  checkBudgets(afterMs: number): void {
    const rows = this.#costs.all(afterMs);
    if (rows.length > 0) throw new Violation("budgets hold", JSON.stringify(rows));
  }

  #checkEffects(): void {
    for (const call of this.#calls.all() as CallFacts[]) {
      const count = this.#world.effects.get(call.key) ?? 0;
      const what = `${JSON.stringify(call)}, effects ${count}`;
      // What may be repeated under its key is not asked about; and a call that was may have had its effect at the first attempt.
      if (call.status === "failed" && count > 0 && call.retries === 0 && call.name !== "publish")
        throw new Violation("what is recorded as failed did not happen", what);
      if (call.status === "done" && count === 0 && call.saidHappened === 0)
        throw new Violation("what is recorded as done did happen", what);
      if (count > 1 + call.retries)
        throw new Violation("an effect happens once, or as often as humans say", what);
    }
  }
}

interface CallFacts {
  readonly key: string;
  readonly name: string;
  readonly status: string;
  readonly attempt: number;
  readonly saidHappened: number;
  readonly retries: number;
}

import Database from "better-sqlite3";
import { expect } from "vitest";
import { EXECUTION_TRANSITIONS, STEP_TRANSITIONS } from "../../src/runner/index.ts";
import type { ExecutionStatus, StepStatus } from "../../src/store/index.ts";

interface Change {
  readonly subject: "execution" | "step";
  readonly id: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Has the database itself note every change of a status, whoever makes it. `check` walks them: each has to be in the tables of
 * transitions, and an execution that has ended has nothing open.
 */
export function watchChanges(databasePath: string): { check(): void } {
  withDatabase(databasePath, (database) => {
    database.exec(`
      CREATE TABLE watched_changes (subject TEXT, id TEXT, before TEXT, after TEXT);
      CREATE TRIGGER watch_executions AFTER UPDATE OF status ON hand_executions WHEN OLD.status <> NEW.status
        BEGIN INSERT INTO watched_changes VALUES ('execution', NEW.id, OLD.status, NEW.status); END;
      CREATE TRIGGER watch_steps AFTER UPDATE OF status ON execution_steps WHEN OLD.status <> NEW.status
        BEGIN INSERT INTO watched_changes VALUES ('step', NEW.execution_id || ':' || NEW.step_index, OLD.status, NEW.status); END;
    `);
  });
  return {
    check() {
      withDatabase(databasePath, (database) => {
        const changes = database.prepare("SELECT * FROM watched_changes").all() as Change[];
        expect(changes.filter((change) => !isLegal(change))).toEqual([]);
        expect(database.prepare(OPEN_IN_ENDED).all()).toEqual([]);
        expect(database.prepare(OUTCOME_OUT_OF_PLACE).all()).toEqual([]);
        expect(database.prepare(LEASE_OUT_OF_PLACE).all()).toEqual([]);
      });
    },
  };
}

/** What has ended asks nothing, and shows nothing as under way. */
const OPEN_IN_ENDED = `
  SELECT steps.name, steps.status FROM execution_steps steps
  JOIN hand_executions executions ON executions.id = steps.execution_id
  WHERE executions.status = 'ended' AND steps.status IN ('proposed', 'awaiting', 'approved', 'executing')`;

/** An outcome is there when it has ended, and while it waits for a human. */
const OUTCOME_OUT_OF_PLACE = `
  SELECT id, status, reason, outcome FROM hand_executions WHERE CASE
    WHEN status = 'ended' THEN outcome IS NULL OR outcome = 'approval_pending' OR completed_at IS NULL
    WHEN status = 'waiting' AND reason IN ('approval', 'unknown') THEN outcome IS NOT 'approval_pending'
    ELSE outcome IS NOT NULL END`;

const LEASE_OUT_OF_PLACE = `
  SELECT id, status, lease_owner FROM hand_executions WHERE (status = 'running') <> (lease_owner IS NOT NULL)`;

function isLegal({ subject, before, after }: Change): boolean {
  return subject === "execution"
    ? EXECUTION_TRANSITIONS[before as ExecutionStatus].includes(after as ExecutionStatus)
    : STEP_TRANSITIONS[before as StepStatus].includes(after as StepStatus);
}

function withDatabase(path: string, work: (database: Database.Database) => void): void {
  const database = new Database(path, { timeout: 5000 });
  try {
    work(database);
  } finally {
    database.close();
  }
}

import type BetterSqlite3 from "better-sqlite3";
import { mayResolve } from "../../src/approvals/index.ts";
import { EXECUTION_TRANSITIONS, STEP_TRANSITIONS } from "../../src/runner/index.ts";
import type { ApprovalKind, ApprovalStatus, ExecutionStatus, StepStatus } from "../../src/store/index.ts";
import { Violation } from "./story.ts";

/** Notes of the database itself about every change of a state, whoever makes it. */
export const WATCHING = `
  CREATE TABLE simulated_changes (id INTEGER PRIMARY KEY, subject TEXT, key TEXT, facts TEXT);
  CREATE TRIGGER simulated_executions AFTER UPDATE ON hand_executions
    WHEN OLD.status <> NEW.status OR OLD.fence <> NEW.fence BEGIN
    INSERT INTO simulated_changes (subject, key, facts) VALUES ('execution', NEW.id, json_object(
      'was', OLD.status, 'is', NEW.status, 'fenceWas', OLD.fence, 'fenceIs', NEW.fence,
      'leaseWas', OLD.lease_until, 'leaseIs', NEW.lease_until, 'hand', NEW.hand_name, 'outcome', NEW.outcome, 'reason', NEW.reason)); END;
  CREATE TRIGGER simulated_inserts AFTER INSERT ON hand_executions BEGIN
    INSERT INTO simulated_changes (subject, key, facts) VALUES ('insert', NEW.id, json_object(
      'hand', NEW.hand_name, 'is', NEW.status, 'reason', NEW.reason, 'trigger', NEW.trigger, 'scheduledFor', NEW.scheduled_for)); END;
  CREATE TRIGGER simulated_steps AFTER UPDATE ON execution_steps
    WHEN OLD.status <> NEW.status OR OLD.attempt <> NEW.attempt BEGIN
    INSERT INTO simulated_changes (subject, key, facts) VALUES ('step', NEW.execution_id || ':' || NEW.step_index, json_object(
      'was', OLD.status, 'is', NEW.status, 'name', NEW.name)); END;
  CREATE TRIGGER simulated_requests AFTER INSERT ON approval_queue BEGIN
    INSERT INTO simulated_changes (subject, key, facts) VALUES ('request', NEW.id, json_object(
      'kind', NEW.kind, 'action', NEW.action, 'step', NEW.execution_id || ':' || NEW.step_index, 'status', NEW.status)); END;
  CREATE TRIGGER simulated_approvals AFTER UPDATE ON approval_queue WHEN OLD.status <> NEW.status OR OLD.resolved_by <> NEW.resolved_by BEGIN
    INSERT INTO simulated_changes (subject, key, facts) VALUES ('approval', NEW.id, json_object(
      'was', OLD.status, 'is', NEW.status, 'kind', NEW.kind, 'expiresAt', NEW.expires_at, 'resolvedAt', NEW.resolved_at,
      'by', NEW.resolved_by, 'autoApproveAt', NEW.auto_approve_at, 'stoppedAt', NEW.clock_stopped_at, 'action', NEW.action,
      'paused', (SELECT is_paused FROM hand_states WHERE hand_name = NEW.hand_name))); END;
  CREATE TRIGGER simulated_fires AFTER UPDATE ON hand_states
    WHEN OLD.next_run_at IS NOT NEW.next_run_at OR OLD.last_fire_at IS NOT NEW.last_fire_at BEGIN
    INSERT INTO simulated_changes (subject, key, facts) VALUES ('fires', NEW.hand_name, json_object(
      'nextWas', OLD.next_run_at, 'nextIs', NEW.next_run_at, 'lastWas', OLD.last_fire_at, 'lastIs', NEW.last_fire_at,
      'hashWas', OLD.schedule_hash, 'hashIs', NEW.schedule_hash, 'anchor', NEW.anchor_at)); END;
`;

/** A lease that ends later was given before the wall was set back. */
const LONGEST_LEASE_MS = 60_000;

interface Change {
  readonly id: number;
  readonly subject: "execution" | "insert" | "step" | "request" | "approval" | "fires";
  readonly key: string;
  readonly facts: string;
}

/** A hand's next fire that was moved. */
export interface FireChange {
  readonly nextWas: number | null;
  readonly nextIs: number | null;
  readonly lastWas: number | null;
  readonly lastIs: number | null;
  readonly hashWas: string | null;
  readonly hashIs: string | null;
  readonly anchor: number | null;
}

/** How the changes are taken that are judged elsewhere. */
export interface ChangeListener {
  readonly wallMs: () => number;
  readonly onFires: (handName: string, change: FireChange) => void;
  readonly tell: (line: string) => void;
}

/** Follows every change of a state, and judges each by the tables of transitions. */
export class WatchedRecords {
  readonly #changes: BetterSqlite3.Statement;
  readonly #listener: ChangeListener;
  #seen = 0;

  constructor(view: BetterSqlite3.Database, listener: ChangeListener) {
    this.#changes = view.prepare("SELECT * FROM simulated_changes WHERE id > ? ORDER BY id");
    this.#listener = listener;
  }

  /** Throws a {@link Violation} for the first change that should not have been; gives how many there were. */
  check(): number {
    for (const change of this.#changes.all(this.#seen) as Change[]) {
      this.#seen = change.id;
      this.#judge(change);
    }
    return this.#seen;
  }

  #judge({ subject, key, facts: json }: Change): void {
    const facts = JSON.parse(json);
    switch (subject) {
      case "insert":
        this.#tellInsert(key, facts);
        return;
      case "request":
        this.#tellRequest(key, facts);
        return;
      case "execution":
        this.#judgeExecution(key, facts);
        return;
      case "step":
        this.#judgeStep(key, facts);
        return;
      case "approval":
        this.#judgeApproval(key, facts);
        return;
      case "fires":
        this.#listener.onFires(key, facts);
    }
  }

  #tellInsert(key: string, facts: InsertFacts): void {
    this.#listener.tell(
      `${facts.hand} ${key} is ${facts.is} (${facts.trigger}${facts.reason === null ? "" : `, ${facts.reason}`})`,
    );
  }

  #tellRequest(key: string, { kind, action, step, status }: RequestFacts): void {
    this.#listener.tell(`request ${key} (${kind} ${action}) of step ${step} is ${status}`);
  }

  #judgeExecution(key: string, facts: ExecutionFacts): void {
    const { was, is, fenceWas, fenceIs, leaseWas, outcome, reason } = facts;
    const why = [outcome, reason].filter((word) => word !== null).join(", ");
    this.#listener.tell(`${facts.hand} ${key}: ${was} -> ${is}${why === "" ? "" : ` (${why})`}`);
    const what = `${key} of ${facts.hand}: ${was} -> ${is}, fence ${fenceWas} -> ${fenceIs}`;
    if (!EXECUTION_TRANSITIONS[was].includes(is))
      throw new Violation("an execution moves as its table says", what);
    if (is !== "running") return;
    if (fenceIs !== fenceWas + 1) throw new Violation("each taking has a fence of its own", what);
    // The instant of the transaction is that of its beginning; the wall may have gone on since, but not back.
    const isHeld =
      leaseWas !== null &&
      Math.abs(leaseWas - this.#listener.wallMs() - LONGEST_LEASE_MS / 2) < LONGEST_LEASE_MS / 2;
    if (was === "running" && isHeld)
      throw new Violation("nobody takes what another has a lease on", `${what}, lease until ${leaseWas}`);
  }

  #judgeStep(key: string, { was, is, name }: StepChange): void {
    this.#listener.tell(`step ${key} (${name}): ${was} -> ${is}`);
    if (!STEP_TRANSITIONS[was].includes(is))
      throw new Violation("a step moves as its table says", `${key} (${name}): ${was} -> ${is}`);
  }

  #judgeApproval(key: string, facts: ApprovalChange): void {
    const { was, is, kind, expiresAt, resolvedAt, autoApproveAt, stoppedAt, by, paused } = facts;
    this.#listener.tell(`request ${key} (${facts.action}): ${was} -> ${is} by ${by}`);
    const what = `${kind} ${key}: ${was} -> ${is} by ${by} at ${resolvedAt}`;
    if (is === "pending" || !mayResolve(kind, was, is))
      throw new Violation("a request is decided once", what);
    const isGranted = is === "approved" || is === "auto_approved";
    if (kind === "approval" && isGranted && expiresAt !== null && (resolvedAt ?? 0) >= expiresAt)
      throw new Violation("what expired is never granted", `${what}, expired at ${expiresAt}`);
    if (is !== "auto_approved") return;
    if (autoApproveAt === null || stoppedAt !== null || (resolvedAt ?? 0) < autoApproveAt || paused === 1)
      throw new Violation(
        "time approves what is due alone",
        `${what}, due at ${autoApproveAt}, stopped ${stoppedAt}, paused ${paused}`,
      );
  }
}

interface InsertFacts {
  readonly hand: string;
  readonly is: string;
  readonly trigger: string;
  readonly reason: string | null;
}

interface RequestFacts {
  readonly kind: ApprovalKind;
  readonly action: string;
  readonly step: string | null;
  readonly status: ApprovalStatus;
}

interface ExecutionFacts {
  readonly was: ExecutionStatus;
  readonly is: ExecutionStatus;
  readonly fenceWas: number;
  readonly fenceIs: number;
  readonly leaseWas: number | null;
  readonly hand: string;
  readonly outcome: string | null;
  readonly reason: string | null;
}

interface StepChange {
  readonly was: StepStatus;
  readonly is: StepStatus;
  readonly name: string;
}

interface ApprovalChange {
  readonly was: ApprovalStatus;
  readonly is: ApprovalStatus;
  readonly kind: ApprovalKind;
  readonly expiresAt: number | null;
  readonly resolvedAt: number | null;
  readonly autoApproveAt: number | null;
  readonly stoppedAt: number | null;
  readonly by: string | null;
  readonly action: string;
  readonly paused: number | null;
}

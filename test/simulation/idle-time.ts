import type BetterSqlite3 from "better-sqlite3";
import type { Machine } from "./machine.ts";
import { OUTSIDE } from "./virtual-time.ts";

/** While something approves itself soon, the sweeper is never away for long enough to begin its delay anew. */
const WAKEFUL_HOP_MS = 15_000;

/** Knows from the records for how long nothing will happen on a machine. */
export class IdleTime {
  readonly #machine: Machine;
  readonly #underWay: BetterSqlite3.Statement;
  readonly #next: BetterSqlite3.Statement;
  readonly #wakeful: BetterSqlite3.Statement;

  constructor(machine: Machine) {
    const { view } = machine;
    this.#machine = machine;
    this.#underWay = view.prepare(`
      SELECT 1 FROM hand_executions WHERE (status = 'running' AND lease_until < @now + 60000)
      OR (status = 'queued' AND reason IS NULL AND created_at > @now - 60000) LIMIT 1`);
    this.#next = view.prepare(`
      SELECT min(at) AS at FROM (
        SELECT min(due_at) AS at FROM hand_states WHERE due_at > @now
        UNION ALL SELECT min(wake_at) FROM hand_executions WHERE status = 'waiting' AND wake_at > @now
        UNION ALL SELECT min(next_attempt_at) FROM deliveries WHERE status = 'retrying' AND next_attempt_at > @now
        UNION ALL SELECT min(next_attempt_at) FROM request_messages WHERE status = 'retrying' AND next_attempt_at > @now
        UNION ALL SELECT min(expires_at) FROM approval_queue WHERE status = 'pending' AND expires_at > @now)`);
    this.#wakeful = view.prepare(`
      SELECT 1 FROM approval_queue
      WHERE status = 'pending' AND auto_approve_at IS NOT NULL AND clock_stopped_at IS NULL LIMIT 1`);
  }

  /** Milliseconds in which nothing will happen but regular looks: none while something is under way. */
  find(): number {
    const { nodes, time } = this.#machine;
    if (nodes.some((process) => process?.isWorking === true)) return 0;
    const outsideMs = time.findNext(OUTSIDE) ?? Number.POSITIVE_INFINITY;
    if (nodes.every((process) => process === null)) return outsideMs;
    const now = time.wallMs;
    if (this.#underWay.get({ now }) !== undefined) return 0;
    const { at } = this.#next.get({ now }) as { readonly at: number | null };
    const isWakeful = this.#wakeful.get() !== undefined;
    return Math.min(
      outsideMs,
      at === null ? Number.POSITIVE_INFINITY : at - now,
      isWakeful ? WAKEFUL_HOP_MS : Number.POSITIVE_INFINITY,
    );
  }
}

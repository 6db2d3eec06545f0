import type BetterSqlite3 from "better-sqlite3";
import { readFacts } from "../../src/messaging/read-facts.ts";
import { renderMessage } from "../../src/messaging/render-message.ts";
import type { RequestMessageRow, Store } from "../../src/store/index.ts";
import type { Chat } from "./chat.ts";
import { Violation } from "./story.ts";

/** A message is on its way for less, with all its attempts that end under one lease. */
const LONGEST_WAY_MS = 300_000;

interface OpenFacts {
  readonly reference: string;
  readonly id: string;
  readonly autoApproveAt: number | null;
}

/** Judges what was said to the world by the records. */
export class ToldTruth {
  readonly #view: BetterSqlite3.Database;
  readonly #chat: Chat;
  readonly #delivered: BetterSqlite3.Statement;
  readonly #seen = new Set<string>();
  readonly #open: BetterSqlite3.Statement;
  /** What was wrong at the last rest, and who was there. */
  #wrongBefore = new Map<string, object>();

  constructor(view: BetterSqlite3.Database, chat: Chat) {
    this.#view = view;
    this.#chat = chat;
    this.#delivered = view.prepare(
      "SELECT id, payload FROM deliveries WHERE channel = 'chat' AND status = 'delivered'",
    );
    this.#open = view.prepare(`
      SELECT m.reference, a.id, a.auto_approve_at AS autoApproveAt FROM request_messages m
      JOIN json_each(m.approval_ids_json) ids JOIN approval_queue a ON a.id = ids.value
      WHERE m.status = 'delivered' AND m.reference IS NOT NULL AND a.status = 'pending' AND a.clock_stopped_at IS NULL`);
  }

  /**
   * While all is at rest, with this process there: what a message says of the instant at which a request approves itself is so, but for
   * the time that it took to arrive. Throws a {@link Violation} for what was wrong at the rest before, too.
   */
  checkRest(process: object): void {
    const wrong = new Map<string, object>();
    for (const { reference, id, autoApproveAt } of this.#open.all() as OpenFacts[]) {
      const item = this.#chat.shown.get(reference)?.items.find(({ approvalId }) => approvalId === id);
      if (item === undefined || autoApproveAt === null) continue;
      if (Math.abs((item.autoApproveAt ?? 0) - autoApproveAt) < LONGEST_WAY_MS) continue;
      const what = `${reference} says of ${id} ${item.autoApproveAt}, on record is ${autoApproveAt}`;
      if (this.#wrongBefore.get(what) === process)
        throw new Violation("an open message says what is so", what);
      wrong.set(what, process);
    }
    this.#wrongBefore = wrong;
  }

  /** Throws a {@link Violation} where an output is recorded as delivered that did not arrive. */
  check(): void {
    for (const { id, payload } of this.#delivered.all() as { id: string; payload: string }[]) {
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      if (this.#chat.outputs.get(id) !== payload)
        throw new Violation("what is recorded as delivered has arrived", id);
    }
  }

  /** After quiet time: every output is delivered or has failed visibly, and every message says what the record says. */
  async checkEnd(store: Store): Promise<void> {
    const expectNone = (promise: string, sql: string) => {
      const rows = this.#view.prepare(`${sql} LIMIT 3`).all();
      if (rows.length > 0) throw new Violation(promise, JSON.stringify(rows));
    };
    expectNone(
      "every output is delivered, or has failed visibly",
      `SELECT id, status, error, next_attempt_at FROM deliveries
      WHERE status NOT IN ('delivered', 'failed') OR (status = 'failed' AND error IS NULL)`,
    );
    expectNone(
      "every output has a delivery",
      `SELECT id, hand_name FROM hand_executions e WHERE outcome = 'success' AND output <> '' AND hand_name <> 'listener'
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.execution_id = e.id)`,
    );
    expectNone(
      "every message comes to its end",
      "SELECT id, status, error FROM request_messages WHERE status IN ('pending', 'sending', 'retrying')",
    );
    const rows = this.#view
      .prepare("SELECT * FROM request_messages WHERE status = 'delivered' AND reference IS NOT NULL")
      .all() as RequestMessageRow[];
    for (const row of rows) await this.#checkMessage(store, row);
  }

  async #checkMessage(store: Store, row: RequestMessageRow): Promise<void> {
    const facts = await readFacts(store, row.execution_id, null);
    if (facts === undefined) return;
    const { items } = renderMessage(row, facts, { nowMs: 0, createButtons: () => [] });
    const shown = this.#chat.shown.get(row.reference ?? "")?.items ?? [];
    const said = shown.map(({ approvalId, outcome, buttons }) => ({ approvalId, outcome, buttons }));
    const known = items.map(({ approvalId, outcome, buttons }) => ({ approvalId, outcome, buttons }));
    if (JSON.stringify(said) === JSON.stringify(known)) return;
    throw new Violation(
      "a message says the truth in the end",
      `${row.reference} says ${JSON.stringify(said)}, on record is ${JSON.stringify(known)}`,
    );
  }
}

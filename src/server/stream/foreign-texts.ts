import type { Clock, ClockTimer, Logger } from "../../core/index.ts";
import { describeError } from "../../core/index.ts";
import type { LiveText, LiveTextSource } from "../../runner/index.ts";
import type { PartialTextRow, Store } from "../../store/index.ts";
import { listPartialTexts } from "../../store/index.ts";
import { ForeignText } from "./foreign-text.ts";

/** Rows are looked at once in this time at most. */
const LOOK_EVERY_MS = 100;

/** The words of replies under way in other processes, read from their rows when there is news of them. */
export class ForeignTexts {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #own: LiveTextSource;
  readonly #tell: (texts: readonly LiveText[]) => void;
  readonly #texts = new Map<string, ForeignText>();
  /** Executions to look at; null is all. */
  #wanted: Set<string> | null = new Set();
  #timer: ClockTimer | undefined;
  #looking: Promise<void> | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly logger: Logger;
    /** This process's texts have rows, too. */
    readonly own: LiveTextSource;
    readonly tell: (texts: readonly LiveText[]) => void;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#own = parts.own;
    this.#tell = parts.tell;
  }

  list(): readonly LiveText[] {
    return [...this.#texts.values()];
  }

  /** Has an execution's rows looked at, or all (null). */
  look(executionId: string | null): void {
    if (executionId === null) this.#wanted = null;
    else this.#wanted?.add(executionId);
    this.#schedule();
  }

  /** Nobody follows any more. */
  forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wanted = new Set();
    this.#texts.clear();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.forget();
    await this.#looking;
  }

  #schedule(): void {
    if (this.#isStopped || this.#timer !== undefined || this.#looking !== undefined) return;
    const delayMs = Math.max(0, this.#lookedAtMs + LOOK_EVERY_MS - this.#clock.monotonicMs());
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#looking = this.#read()
        .catch((error: unknown) =>
          this.#logger.warn("could not read the words of models", { error: describeError(error) }),
        )
        .finally(() => {
          this.#looking = undefined;
          this.#lookedAtMs = this.#clock.monotonicMs();
          if (this.#wanted === null || this.#wanted.size > 0) this.#schedule();
        });
    });
  }

  async #read(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = new Set();
    const ownBefore = this.#own.list();
    const rows = await listPartialTexts(this.#store, wanted === null ? null : [...wanted]);
    // A row is there no longer than its text in the process that writes it.
    const own = new Set([...ownBefore, ...this.#own.list()].map(keyOf));
    const found = new Map(rows.map((row) => [keyOfRow(row), row]));
    const news: LiveText[] = [];
    for (const [key, row] of found) {
      if (own.has(key)) continue;
      const known = this.#texts.get(key);
      const relation = known?.follow(row) ?? "other";
      if (relation === "same") continue;
      const text = known === undefined || relation === "other" ? new ForeignText(row) : known;
      this.#texts.set(key, text);
      news.push(text);
    }
    for (const [key, text] of this.#texts) {
      if (found.has(key) || (wanted !== null && !wanted.has(text.executionId))) continue;
      text.isOver = true;
      this.#texts.delete(key);
      news.push(text);
    }
    if (news.length > 0) this.#tell(news);
  }
}

const keyOf = (text: LiveText) => `${text.executionId} ${text.stepIndex}`;
const keyOfRow = (row: PartialTextRow) => `${row.execution_id} ${row.step_index}`;

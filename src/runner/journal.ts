import { withdrawAutoApprovals } from "../approvals/index.ts";
import type { Clock } from "../core/index.ts";
import type { ExecutionCharge, NewStep, StepRow, Store, StoreTransaction } from "../store/index.ts";
import { countSteps, insertSteps, listSteps, markExecutionUntrusted, updateStep } from "../store/index.ts";
import { auditEffects } from "./audit-effects.ts";
import { isSettled } from "./execution-transitions.ts";
import { writeFenced } from "./fenced-write.ts";
import type { Lease } from "./lease.ts";
import { leaseLost } from "./lease.ts";

/** What a reply cost, and what had been set aside for it. */
type ReplyUsage = Omit<ExecutionCharge, "steps">;

const NO_USAGE: ReplyUsage = { inputTokens: 0, outputTokens: 0, costUsd: 0, reservedUsd: 0 };

const NO_CALLS: readonly StepRow[] = [];

/** A change that is seen here already and waits for the next commit. */
interface DeferredChange {
  readonly index: number;
  readonly write: (transaction: StoreTransaction) => Promise<unknown>;
  readonly usage: ReplyUsage;
  /** How many steps it adds to those that people are shown. */
  readonly addedSteps: number;
}

/**
 * The steps of one execution while this process has it: every change commits under the fence before it is seen here, but for what
 * {@link Journal.defer} puts aside.
 */
export class Journal {
  readonly #parts: { readonly store: Store; readonly clock: Clock };
  readonly #lease: Lease;
  readonly #steps = new Map<number, StepRow>();
  /** Steps that are not over, or whose end the brain has not seen: what each look goes through, however long the journal is. */
  readonly #open = new Map<number, StepRow>();
  /** The calls of each reply, by its index; another list whenever one of them changes. */
  readonly #calls = new Map<number, readonly StepRow[]>();
  /** Indexes of the steps that have a result, in the order of the results. */
  readonly #results: number[] = [];
  #nextIndex = 0;
  #nextResultOrder = 0;
  #queued: NewStep[] = [];
  #deferred: DeferredChange[] = [];
  #lastTurn: Promise<unknown> = Promise.resolve();
  /** In their order, kept up as rows come: a model's steps are looked through at every turn. */
  #sorted: StepRow[] = [];

  private constructor(parts: { readonly store: Store; readonly clock: Clock }, lease: Lease) {
    this.#parts = parts;
    this.#lease = lease;
  }

  /** `isEmpty`: nothing can be in it yet, so it need not be read. */
  static async open(
    parts: { readonly store: Store; readonly clock: Clock },
    lease: Lease,
    isEmpty: boolean,
  ): Promise<Journal> {
    const journal = new Journal(parts, lease);
    if (!isEmpty) await journal.refresh();
    return journal;
  }

  /** Every step, in order. */
  get steps(): readonly StepRow[] {
    return this.#sorted;
  }

  /** The steps that are not over, or whose end has no place in the order of results yet. */
  get open(): readonly StepRow[] {
    return [...this.#open.values()];
  }

  /** The calls of the reply with this index, in order: the same list for as long as none of them changes. */
  callsOf(replyIndex: number): readonly StepRow[] {
    return this.#calls.get(replyIndex) ?? NO_CALLS;
  }

  /** The step whose result came as the n-th, counted from 0. */
  findResult(place: number): StepRow | undefined {
    const index = this.#results[place];
    return index === undefined ? undefined : this.#steps.get(index);
  }

  find(index: number): StepRow | undefined {
    return this.#steps.get(index);
  }

  /** A fresh index, given once. */
  takeIndex(): number {
    this.#nextIndex += 1;
    return this.#nextIndex - 1;
  }

  /** The next place in the order of results, given once; taken inside a commit, so that it is the order of the commits. */
  takeResultOrder(): number {
    this.#nextResultOrder += 1;
    return this.#nextResultOrder - 1;
  }

  /** Reads again what others may have changed: decisions. Takes its turn among the commits, so that it never brings back an older state. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      // What is not written yet would be taken back by what is read.
      if (this.#deferred.length > 0) await this.#commit(false, async () => [], NO_USAGE);
      const rows = await listSteps(this.#parts.store, this.#lease.executionId);
      // Nor is what was put aside while it was read.
      const waiting = new Set(this.#deferred.map(({ index }) => index));
      for (const row of rows) if (!waiting.has(row.step_index)) this.#note(row);
    });
  }

  /** Puts a step aside for the next commit: nothing that it leads to can leave before that. */
  queue(step: NewStep): void {
    this.#queued.push(step);
    this.#nextIndex = Math.max(this.#nextIndex, step.step_index + 1);
  }

  /**
   * Lets a step be seen here as it will be, and writes it with the next commit, whatever that is for. Only for what has done nothing to the
   * world and lets nothing out of the process: who dies before the commit does it again.
   */
  defer(
    row: StepRow,
    write: (transaction: StoreTransaction) => Promise<unknown>,
    usage: ReplyUsage = NO_USAGE,
  ): void {
    this.#deferred.push({ index: row.step_index, write, usage, addedSteps: this.#countAdded([row]) });
    this.#note(row);
  }

  /**
   * Commits under the fence, one after the other; what the work returns as rows is seen here afterwards. `usage`: what a reply among them cost.
   */
  commit(
    isProgress: boolean,
    work: (transaction: StoreTransaction) => Promise<readonly StepRow[]>,
    usage: ReplyUsage = NO_USAGE,
  ): Promise<readonly StepRow[]> {
    return this.#inTurn(() => this.#commit(isProgress, work, usage));
  }

  /** The commit with which the execution leaves this process. Values that nothing was built on are of no use to anybody any more. */
  async commitLast(work: (transaction: StoreTransaction) => Promise<void>): Promise<void> {
    const writeAll = async (transaction: StoreTransaction) => {
      await work(transaction);
      return [];
    };
    await this.#inTurn(() => {
      this.#queued = [];
      return this.#commit(true, writeAll, NO_USAGE);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async #commit(
    isProgress: boolean,
    work: (transaction: StoreTransaction) => Promise<readonly StepRow[]>,
    usage: ReplyUsage,
  ): Promise<readonly StepRow[]> {
    const { executionId, handName } = this.#lease;
    const queued = this.#queued;
    const deferred = this.#deferred;
    this.#queued = [];
    this.#deferred = [];
    try {
      const hasProgress = isProgress || deferred.length > 0;
      const { values, written } = await writeFenced(
        this.#parts,
        this.#lease,
        hasProgress,
        async (transaction) => {
          // Asked for one behind the other, and answered together.
          const [, values, written] = await Promise.all([
            Promise.all(deferred.map(({ write }) => write(transaction))),
            insertSteps(transaction, queued),
            work(transaction),
          ]);
          if (deferred.length + values.length + written.length > 0) {
            transaction.notify({ kind: "execution", executionId, handName });
          }
          await countSteps(transaction, executionId, this.#countAdded(written));
          await this.#noteUntrusted(transaction, written);
          await auditEffects(transaction, handName, written, (index) => this.#steps.get(index));
          return { values, written };
        },
        sumCharges([...deferred, { usage, addedSteps: 0 }]),
      );
      for (const row of [...values, ...written]) this.#note(row);
      return written;
    } catch (error) {
      this.#queued.unshift(...queued);
      this.#deferred.unshift(...deferred);
      throw error;
    }
  }

  /** From now on something from outside is in it, and rules answer no more for humans. */
  async #noteUntrusted(transaction: StoreTransaction, written: readonly StepRow[]): Promise<void> {
    const first = written.find((row) => row.is_untrusted === 1);
    if (first === undefined) return;
    const { executionId } = this.#lease;
    if (!(await markExecutionUntrusted(transaction, executionId))) return;
    await withdrawAutoApprovals(transaction, executionId, { stepIndex: first.step_index });
  }

  /** The execution counts the steps that people are shown, in the transaction that adds them. */
  #countAdded(written: readonly StepRow[]): number {
    const added = written.filter((row) => row.kind !== "value" && !this.#steps.has(row.step_index));
    return new Set(added.map((row) => row.step_index)).size;
  }

  /** Commits what was put aside: nothing may be left when the execution waits. */
  async flush(): Promise<void> {
    if (this.#queued.length + this.#deferred.length > 0) await this.commit(false, async () => []);
  }

  /** Inserts steps by themselves. */
  async insert(isProgress: boolean, steps: readonly NewStep[]): Promise<readonly StepRow[]> {
    return await this.commit(isProgress, (transaction) => insertSteps(transaction, steps));
  }

  /** Moves one step where it is in one of the given states; null where it was in another. */
  async update(
    isProgress: boolean,
    step: StepRow,
    from: readonly StepRow["status"][],
    change: Parameters<typeof updateStep>[3],
  ): Promise<StepRow | null> {
    const [row] = await this.commit(isProgress, async (transaction) => {
      const updated = await updateStep(transaction, step, from, change);
      return updated === null ? [] : [updated];
    });
    return row ?? null;
  }

  /** Ends a step, giving its result its place in the order; null where it was not in one of the given states. */
  async settle(
    step: StepRow,
    from: readonly StepRow["status"][],
    change: Pick<Parameters<typeof updateStep>[3], "status" | "result_json" | "error_json" | "is_untrusted">,
  ): Promise<StepRow | null> {
    const [row] = await this.commit(true, async (transaction) => {
      const updated = await updateStep(transaction, step, from, {
        ...change,
        completed_at: step.completed_at ?? transaction.nowMs,
        result_order: this.takeResultOrder(),
      });
      return updated === null ? [] : [updated];
    });
    return row ?? null;
  }

  /** Ends a step that is `executing` as {@link settle} does, with the next commit. */
  settleLater(step: StepRow, change: Pick<StepRow, "status" | "result_json" | "is_untrusted">): void {
    const completed_at = Math.max(this.#parts.store.nowMs(), step.created_at, step.started_at ?? 0);
    const end = { ...change, completed_at, result_order: this.takeResultOrder() };
    this.defer({ ...step, ...end }, async (transaction) => {
      const updated = await updateStep(transaction, step, ["executing"], end);
      if (updated === null) throw leaseLost(step.execution_id);
    });
  }

  /** Gives what others decided its place in the order of results: from here on this process has seen it. */
  async acknowledgeDecisions(): Promise<void> {
    for (const step of this.open) {
      if (isSettled(step.status)) await this.settle(step, [step.status], {});
    }
  }

  #note(row: StepRow): void {
    const known = this.#steps.get(row.step_index);
    this.#steps.set(row.step_index, row);
    this.#sort(row);
    if (row.turn_index !== null) this.#noteCall(row.turn_index, row);
    this.#nextIndex = Math.max(this.#nextIndex, row.step_index + 1);
    if (row.kind === "value") return;
    if (row.result_order === null) {
      this.#open.set(row.step_index, row);
      return;
    }
    this.#open.delete(row.step_index);
    this.#nextResultOrder = Math.max(this.#nextResultOrder, row.result_order + 1);
    if (known === undefined || known.result_order === null)
      this.#noteResult(row.step_index, row.result_order);
  }

  #noteCall(replyIndex: number, row: StepRow): void {
    const others = this.callsOf(replyIndex).filter((call) => call.step_index !== row.step_index);
    this.#calls.set(
      replyIndex,
      [...others, row].sort((left, right) => left.step_index - right.step_index),
    );
  }

  /** The newest steps are those that change. */
  #sort(row: StepRow): void {
    const before = this.#sorted.findLastIndex((step) => step.step_index <= row.step_index);
    const isThere = this.#sorted[before]?.step_index === row.step_index;
    this.#sorted.splice(isThere ? before : before + 1, isThere ? 1 : 0, row);
  }

  /** Results come in their order but when a journal is read from its start. */
  #noteResult(index: number, order: number): void {
    let place = this.#results.length;
    while (place > 0 && (this.#steps.get(this.#results[place - 1] ?? -1)?.result_order ?? -1) > order)
      place -= 1;
    this.#results.splice(place, 0, index);
  }
}

/** What changes add to the counters of their execution. */
function sumCharges(changes: readonly Pick<DeferredChange, "usage" | "addedSteps">[]): ExecutionCharge {
  return changes.reduce<ExecutionCharge>(
    (sum, { usage, addedSteps }) => ({
      inputTokens: sum.inputTokens + usage.inputTokens,
      outputTokens: sum.outputTokens + usage.outputTokens,
      costUsd: sum.costUsd === null || usage.costUsd === null ? null : sum.costUsd + usage.costUsd,
      reservedUsd: sum.reservedUsd + usage.reservedUsd,
      steps: sum.steps + addedSteps,
    }),
    { ...NO_USAGE, steps: 0 },
  );
}

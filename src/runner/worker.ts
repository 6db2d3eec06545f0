import type { ClockTimer } from "../core/index.ts";
import { createDeferred, describeError } from "../core/index.ts";
import type { WakeUp } from "../queue/index.ts";
import type { StoreChange, StoreTransaction } from "../store/index.ts";
import { findClaimable, findNextWake, wakeSleepers } from "../store/index.ts";
import type { ClaimResult } from "./claim.ts";
import { claimExecution, startAndClaim } from "./claim.ts";
import { ExecutionRun } from "./execution-run.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { LiveTexts } from "./live-texts.ts";
import { prepareClaim } from "./prepare-claim.ts";
import { startExecution } from "./start-execution.ts";
import { Turns } from "./turns.ts";
import type { RunnerParts, StartInTransaction, StartRequest } from "./types.ts";
import type { VersionKeeper } from "./version-keeper.ts";
import { WaitingLine } from "./waiting-line.ts";

/** How often every process looks for work that no wake-up told it of. */
const SWEEP_EVERY_MS = 1000;

/** How long an execution that could not be taken is left alone by the sweep. A wake-up for it is followed all the same. */
const PASS_OVER_MS = 10_000;

/** How long running steps may take to finish when the process stops, before they are interrupted. */
const STOP_GRACE_MS = 10_000;

/** Takes up executions, as many at once as the process allows, the most urgent first. */
export class Worker {
  readonly #parts: RunnerParts;
  readonly #keepers: {
    readonly versions: VersionKeeper;
    readonly leases: LeaseKeeper;
    readonly texts: LiveTexts;
  };
  readonly #turns = new Turns();
  readonly #waiting = new WaitingLine();
  readonly #claiming = new Map<string, Promise<void>>();
  /** Transactions that may start something here. */
  readonly #starting = new Set<Promise<unknown>>();
  readonly #passedOver = new Map<string, number>();
  #roomMade = createDeferred();
  readonly #runs = new Map<string, { readonly run: ExecutionRun; readonly done: Promise<void> }>();
  /** Did the last look find as many as it asked for? */
  #hasMore = false;
  #isWorking = false;
  #isStopping = false;
  #timer: ClockTimer | undefined;
  /** When the timer goes off, by the monotonic clock. */
  #sweepDueMs = 0;
  /** The earliest instant at which something that went to sleep here wants to go on, since the last look. */
  #nextWakeAt = Number.POSITIVE_INFINITY;
  #sweep: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;

  constructor(
    parts: RunnerParts,
    keepers: {
      readonly versions: VersionKeeper;
      readonly leases: LeaseKeeper;
      readonly texts: LiveTexts;
    },
  ) {
    this.#parts = parts;
    this.#keepers = keepers;
  }

  /** Ids of the executions this process has now. */
  get running(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** Begins to take up whatever there is. Without it, only what is asked for by {@link take} runs here. */
  async start(): Promise<void> {
    this.#isWorking = true;
    this.#listen();
    await this.#parts.queue.listen((wakeUp) => this.#wake(wakeUp));
    this.#requestSweep();
  }

  /** No new work; what runs may finish its step, then it is journaled and handed back. */
  async stop(): Promise<void> {
    this.#isWorking = false;
    this.#isStopping = true;
    this.#timer?.cancel();
    this.#stopListening?.();
    // Before anything is waited for: a step that ends meanwhile is the last one.
    for (const { run } of this.#runs.values()) run.stopSoon();
    await this.#parts.queue.stop();
    await this.#sweep;
    // What is being claimed is ours in a moment, and has to be handed back as well.
    await Promise.allSettled([...this.#claiming.values(), ...this.#starting]);
    const all = Promise.all([...this.#runs.values()].map(({ done }) => done));
    const grace = new AbortController();
    const ranOut = this.#parts.clock.sleep(STOP_GRACE_MS, grace.signal).then(
      () => "late",
      () => "in time",
    );
    if ((await Promise.race([all, ranOut])) === "late") for (const { run } of this.#runs.values()) run.stop();
    await all;
    grace.abort();
  }

  /**
   * Claims one execution and runs it here, passing the bound of executions at once. Resolves with what the claim came to, when this process
   * has no more to do with it.
   */
  async take(
    executionId: string,
    onText?: (text: string) => void,
  ): Promise<"ran" | Exclude<ClaimResult["kind"], "claimed">> {
    const known = this.#runs.get(executionId);
    if (known !== undefined) {
      await known.done;
      return "ran";
    }
    return await this.#runClaim(await claimExecution(this.#claimParts, executionId), onText);
  }

  /** Starts an execution, takes it at once and runs it here; `onStarted` is told its id before anything of it runs. */
  async startHere(
    request: StartRequest,
    options: { readonly onStarted?: (executionId: string) => void; readonly onText?: (text: string) => void },
  ): Promise<string | null> {
    const facts = await prepareClaim(this.#claimParts, request.handName, null);
    const { executionId, claim } = await this.#parts.store.transaction((transaction) =>
      startAndClaim(this.#claimParts, transaction, request, facts),
    );
    if (executionId === null) return null;
    options.onStarted?.(executionId);
    await this.#runClaim(claim, options.onText);
    return executionId;
  }

  /**
   * Lets `work` start executions of a hand in a transaction of its own. Where a place is free and nobody waits for one, the first of them is
   * this process's as soon as it is there.
   */
  async withPlace<T>(handName: string, work: (start: StartInTransaction) => Promise<T>): Promise<T> {
    const start: StartInTransaction = (transaction, request) =>
      startExecution(this.#parts, transaction, request);
    if (!this.#isWorking || this.#waiting.size > 0 || this.#busy >= this.#parts.maxConcurrent)
      return await work(start);
    const working = this.#startInPlace(handName, start, work);
    this.#starting.add(working);
    try {
      return await working;
    } finally {
      this.#starting.delete(working);
      this.#pump();
    }
  }

  async #startInPlace<T>(
    handName: string,
    start: StartInTransaction,
    work: (start: StartInTransaction) => Promise<T>,
  ): Promise<T> {
    const facts = await prepareClaim(this.#claimParts, handName, null);
    let holder: StoreTransaction | undefined;
    return await work(async (transaction, request) => {
      // One place, one execution, in each attempt at the transaction.
      if (holder === transaction || request.handName !== handName) return await start(transaction, request);
      holder = transaction;
      const { executionId, claim } = await startAndClaim(this.#claimParts, transaction, request, facts);
      if (claim.kind === "claimed")
        transaction.onCommit(() => void this.#run(new ExecutionRun(this.#parts, this.#keepers, claim)));
      return executionId;
    });
  }

  async #runClaim(claim: ClaimResult, onText?: (text: string) => void) {
    if (claim.kind !== "claimed") return claim.kind;
    this.#listen();
    await this.#run(new ExecutionRun(this.#parts, this.#keepers, claim, onText));
    return "ran";
  }

  get #claimParts() {
    return { ...this.#parts, versions: this.#keepers.versions, turns: this.#turns };
  }

  /** Lets every run look whether somebody decided or cancelled. */
  #listen(): void {
    this.#stopListening ??= this.#parts.store.onChange((change) => this.#hear(change));
  }

  #hear(change: StoreChange): void {
    if (change.topics === null) {
      for (const { run } of this.#runs.values()) run.poke();
      this.#requestSweep();
      return;
    }
    for (const topic of change.topics) {
      // Its own commits are no news to a run: decisions and cancellations are.
      if (topic.kind !== "approval" && topic.kind !== "cancel") continue;
      if (topic.executionId !== null) this.#runs.get(topic.executionId)?.run.poke();
    }
    if (change.origin === "foreign" && !this.#parts.queue.reachesEveryProcess) this.#requestSweep();
  }

  /** Resolves when everything that waits here has found a place. */
  async #wake(wakeUp: WakeUp): Promise<void> {
    this.#waiting.add(wakeUp.executionId, wakeUp.priority);
    this.#pump();
    if (this.#waiting.size > 0) await this.#roomMade.promise;
  }

  /** Fills the free places. */
  #pump(): void {
    while (this.#isWorking && this.#waiting.size > 0 && this.#busy < this.#parts.maxConcurrent) {
      const next = this.#waiting.take();
      if (next === undefined || this.#runs.has(next) || this.#claiming.has(next)) continue;
      this.#claiming.set(next, this.#takeUp(next));
    }
    if (this.#waiting.size === 0) {
      this.#roomMade.resolve();
      this.#roomMade = createDeferred();
    }
    // A backlog is fetched as it is worked off, not by the second.
    if (this.#hasMore && this.#waiting.size === 0) this.#requestSweep();
  }

  get #busy(): number {
    return this.#runs.size + this.#claiming.size + this.#starting.size;
  }

  async #takeUp(executionId: string): Promise<void> {
    try {
      const claim = await claimExecution(this.#claimParts, executionId);
      if (claim.kind === "claimed") void this.#run(new ExecutionRun(this.#parts, this.#keepers, claim));
      else if (claim.kind === "not_ours") this.#passOver(executionId);
    } catch (error) {
      // Nothing is lost: the sweep finds it again.
      this.#parts.logger.warn("could not take up an execution", {
        execution: executionId,
        error: describeError(error),
      });
    } finally {
      this.#claiming.delete(executionId);
      this.#pump();
    }
  }

  async #run(run: ExecutionRun): Promise<void> {
    const done = run.run().finally(() => {
      this.#runs.delete(run.executionId);
      if (run.wakeAt !== null) this.#sweepBy(run.wakeAt);
      this.#pump();
    });
    this.#runs.set(run.executionId, { run, done });
    if (this.#isStopping) run.stop();
    await done;
  }

  /** Not ours to take now, as a fresh execution of a hand in another process's folder is: it must not hide others from the sweep. */
  #passOver(executionId: string): void {
    this.#passedOver.set(executionId, this.#parts.clock.monotonicMs() + PASS_OVER_MS);
  }

  #forgetPassedOver(): void {
    const now = this.#parts.clock.monotonicMs();
    for (const [id, until] of this.#passedOver) if (until <= now) this.#passedOver.delete(id);
  }

  #requestSweep(): void {
    if (!this.#isWorking || this.#sweep !== undefined) return;
    this.#timer?.cancel();
    this.#nextWakeAt = Number.POSITIVE_INFINITY;
    this.#sweep = this.#sweepOnce()
      .catch((error: unknown) => {
        this.#parts.logger.warn("could not look for work", { error: describeError(error) });
        return SWEEP_EVERY_MS;
      })
      .then((delayMs) => {
        this.#sweep = undefined;
        this.#armSweep(delayMs);
      });
  }

  /** Looks no later than at the given instant: what goes to sleep here for less than a look's pause is woken in time. */
  #sweepBy(wakeAt: number): void {
    this.#nextWakeAt = Math.min(this.#nextWakeAt, wakeAt);
    if (this.#sweep === undefined) this.#armSweep(this.#sweepDueMs - this.#parts.clock.monotonicMs());
  }

  #armSweep(delayMs: number): void {
    this.#timer?.cancel();
    if (!this.#isWorking) return;
    const { clock, store } = this.#parts;
    const soonestMs = Math.max(0, Math.min(delayMs, this.#nextWakeAt - store.nowMs()));
    this.#sweepDueMs = clock.monotonicMs() + soonestMs;
    this.#timer = clock.setTimer(soonestMs, () => this.#requestSweep());
  }

  /** How many to look for. Where the queue reaches everybody, what finds no place here is left to those who have one. */
  get #sweepSize(): number {
    const { queue, maxConcurrent } = this.#parts;
    if (!queue.reachesEveryProcess) return maxConcurrent * 4 + this.#passedOver.size;
    const freeCount = Math.max(0, maxConcurrent - this.#busy - this.#waiting.size);
    return freeCount === 0 ? 0 : freeCount + this.#passedOver.size;
  }

  /** Looks for sleepers whose time has come, queued executions and abandoned ones. Gives the delay until the next look. */
  async #sweepOnce(): Promise<number> {
    const { store } = this.#parts;
    let nextWake = await findNextWake(store);
    if (nextWake !== null && nextWake <= store.nowMs()) {
      await store.transaction(async (transaction) => {
        for (const row of await wakeSleepers(transaction)) {
          await this.#parts.queue.send(transaction, { executionId: row.id, priority: row.priority });
        }
      });
      nextWake = await findNextWake(store);
    }
    this.#forgetPassedOver();
    const limit = this.#sweepSize;
    const claimable = limit === 0 ? [] : await findClaimable(store, store.nowMs(), limit);
    this.#hasMore = claimable.length === limit && !this.#parts.queue.reachesEveryProcess;
    for (const { id, priority } of claimable) {
      const isKnown = this.#runs.has(id) || this.#claiming.has(id) || this.#passedOver.has(id);
      if (!isKnown) this.#waiting.add(id, priority);
    }
    this.#pump();
    const untilWakeMs = nextWake === null ? SWEEP_EVERY_MS : nextWake - store.nowMs();
    return Math.min(SWEEP_EVERY_MS, Math.max(1, untilWakeMs));
  }
}

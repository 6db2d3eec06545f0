import type { Clock, Logger } from "../core/index.ts";
import { describeError, HandsError, silentLogger, systemClock } from "../core/index.ts";
import type { HandChange, HandRegistry } from "../registry/index.ts";
import { HandNotFoundError, HandValidationError } from "../registry/index.ts";
import { describeSchedule } from "../schedule/index.ts";
import type { HandStateRow, Store, StoreChange } from "../store/index.ts";
import { clearNextFires, findHandState, isAllPaused, listHandStates } from "../store/index.ts";
import { DueLoop } from "./due-loop.ts";
import { fireHand } from "./fire-hand.ts";
import type { Job } from "./job.ts";
import { createJob, toJobId } from "./job.ts";
import { syncNextFires } from "./sync-next-fires.ts";
import type { SchedulableHand, ScheduledJob, StartExecution, TriggerOptions } from "./types.ts";

/** How a scheduler starts what it fires. */
export interface HandSchedulerOptions {
  readonly startExecution: StartExecution;
  /**
   * Calls `work` with the way to start the fires of a hand in a transaction: for a runner that takes at once what it starts.
   * Default: with `startExecution`.
   */
  readonly withPlace?: <T>(handName: string, work: (start: StartExecution) => Promise<T>) => Promise<T>;
  /** False runs every missed fire, where the schedule has no `catch_up` of its own. Default: true. */
  readonly coalesce?: boolean;
  /** Executions of one hand at once, for whoever runs them. Default: 1. */
  readonly maxInstances?: number;
  readonly clock?: Clock;
  /** Default: silent. */
  readonly logger?: Logger;
}

/** Lets hands fire at their time. Any number of schedulers, in any number of processes, may share a store: each fire happens once. */
export class HandScheduler {
  readonly maxInstances: number;
  readonly #registry: HandRegistry;
  readonly #options: HandSchedulerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #jobs = new Map<string, Job>();
  /** Jobs whose next fire is still to be brought in line with their schedule. */
  readonly #unsynced = new Set<string>();
  /** Hands that were unscheduled by hand; edits do not bring them back. */
  readonly #unscheduled = new Set<string>();
  #loop: DueLoop | undefined;
  #stopListening: (() => void)[] = [];

  constructor(registry: HandRegistry, options: HandSchedulerOptions) {
    this.maxInstances = options.maxInstances ?? 1;
    this.#registry = registry;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Loads the hands and schedules all that are enabled and have a schedule; follows their edits while the registry watches. */
  async start(): Promise<void> {
    if (this.#loop !== undefined) return;
    const store = await this.#registry.openStore();
    const loop = this.#createLoop(store);
    this.#loop = loop;
    this.#unscheduled.clear();
    await this.#registry.ensureLoaded();
    this.#stopListening = [
      this.#registry.onReload((change) => this.#reload(change)),
      store.onChange((change) => {
        if (isForeignNewsOfHands(change)) loop.wakeSoon();
      }),
    ];
    for (const hand of this.#registry.getScheduledHands()) this.#takeUp(hand);
    await this.#sync(store);
    loop.wake();
  }

  /** Fires nothing more, and waits for what it is about to fire. What was started goes on. Any number of calls. */
  async stop(): Promise<void> {
    for (const stopListening of this.#stopListening.splice(0)) stopListening();
    const loop = this.#loop;
    this.#loop = undefined;
    await loop?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Gives a hand its next fire, counted from now where its schedule is new. Undefined where it has no schedule or is disabled. Throws: `invalid_schedule`. */
  async scheduleHand(hand: SchedulableHand): Promise<string | undefined> {
    const job = createJob(hand);
    this.#unscheduled.delete(hand.name);
    this.#drop(hand.name);
    if (job === undefined) return undefined;
    this.#take(job);
    await this.#sync(await this.#registry.openStore());
    this.#loop?.wake();
    return toJobId(hand.name);
  }

  /** Takes a hand's next fire away, in every process, until it is scheduled again or edited elsewhere. False where it had none. */
  async unscheduleHand(name: string): Promise<boolean> {
    const store = await this.#registry.openStore();
    this.#unscheduled.add(name);
    this.#drop(name);
    return (await store.transaction((transaction) => clearNextFires(transaction, [name]))) > 0;
  }

  /** Pauses a hand, durably. False where it was paused already. Throws: {@link HandNotFoundError}. */
  async pauseHand(name: string): Promise<boolean> {
    return await this.#registry.pause(name);
  }

  /** Ends a hand's pause. False where it was not paused. Throws: {@link HandNotFoundError}. */
  async resumeHand(name: string): Promise<boolean> {
    return await this.#registry.resume(name);
  }

  /** What fires when, by name. */
  async getScheduledJobs(): Promise<readonly ScheduledJob[]> {
    const store = await this.#registry.openStore();
    const [states, isPaused] = await Promise.all([listHandStates(store), isAllPaused(store)]);
    return states.flatMap((state) => {
      const job = this.#jobs.get(state.hand_name);
      if (job === undefined) return [];
      return [
        {
          handName: job.handName,
          jobId: toJobId(job.handName),
          nextRunTime: isPaused ? null : readNextRunTime(state),
          trigger: describeSchedule(job.schedule.config),
        },
      ];
    });
  }

  /** The next scheduled instant; null where there is none, or the hand is paused. */
  async getNextRunTime(name: string): Promise<Date | null> {
    const store = await this.#registry.openStore();
    const state = await findHandState(store, name);
    return state === undefined || (await isAllPaused(store)) ? null : readNextRunTime(state);
  }

  /**
   * Starts a hand now, whatever its schedule says. Returns the execution's id.
   *
   * Throws: {@link HandNotFoundError}; {@link HandValidationError} for a broken hand; `hand_disabled`.
   */
  async triggerHandNow(name: string, { input, parameters }: TriggerOptions = {}): Promise<string> {
    const lookup = await this.#registry.lookUp(name);
    if (lookup.kind === "missing") throw new HandNotFoundError(name, this.#registry.getProblems().keys());
    if (lookup.kind === "broken") throw new HandValidationError(name, lookup.problems);
    if (lookup.kind === "disabled") {
      throw new HandsError("hand_disabled", `the hand ${name} is disabled`, {
        hint: `\`hands enable ${name}\` lets it run.`,
        details: { handName: name },
      });
    }
    const store = await this.#registry.openStore();
    const id = await store.transaction((transaction) =>
      this.#options.startExecution(transaction, {
        handName: name,
        trigger: "manual",
        scheduledFor: null,
        ...(input === undefined ? {} : { input }),
        ...(parameters === undefined ? {} : { parameters }),
      }),
    );
    if (id !== null) return id;
    throw new HandsError("internal", `triggering ${name} started nothing`);
  }

  #createLoop(store: Store): DueLoop {
    const { startExecution, withPlace, coalesce } = this.#options;
    const defaultCatchUp = coalesce === false ? ("all" as const) : undefined;
    return new DueLoop({
      store,
      clock: this.#clock,
      logger: this.#logger,
      isOurs: (name) => this.#jobs.has(name),
      fire: async (name) => {
        const job = this.#jobs.get(name);
        if (job === undefined) return "not_ours";
        const fire = (start: StartExecution) =>
          store.transaction((transaction) =>
            fireHand(transaction, job, { startExecution: start, defaultCatchUp }),
          );
        return withPlace === undefined ? await fire(startExecution) : await withPlace(name, fire);
      },
      prepare: async ({ hasGoneBack }) => {
        if (hasGoneBack) {
          this.#logger.warn("The clock went back; next fires are computed anew.");
          for (const name of this.#jobs.keys()) this.#unsynced.add(name);
        }
        await this.#sync(store);
      },
    });
  }

  #reload({ added, changed, removed, broken }: HandChange): void {
    for (const name of [...removed, ...broken]) this.#drop(name);
    for (const name of [...added, ...changed]) {
      if (!this.#unscheduled.has(name)) this.#takeUp(this.#registry.getHand(name));
    }
    this.#loop?.wake();
  }

  /** Takes a hand's schedule as it is now. */
  #takeUp(hand: SchedulableHand): void {
    this.#drop(hand.name);
    try {
      const job = createJob(hand);
      if (job !== undefined) this.#take(job);
    } catch (error) {
      this.#logger.error("A hand's schedule cannot be used.", {
        hand: hand.name,
        error: describeError(error),
      });
    }
  }

  #take(job: Job): void {
    this.#jobs.set(job.handName, job);
    this.#unsynced.add(job.handName);
  }

  #drop(name: string): void {
    this.#jobs.delete(name);
    this.#unsynced.delete(name);
  }

  /** What fails stays to be done at the next look. */
  async #sync(store: Store): Promise<void> {
    if (this.#unsynced.size === 0) return;
    const jobs = [...this.#unsynced].flatMap((name) => this.#jobs.get(name) ?? []);
    await syncNextFires(store, jobs);
    for (const job of jobs) if (this.#jobs.get(job.handName) === job) this.#unsynced.delete(job.handName);
  }
}

function readNextRunTime(state: HandStateRow): Date | null {
  return state.next_run_at === null || state.is_paused === 1 ? null : new Date(state.next_run_at);
}

function isForeignNewsOfHands({ origin, topics }: StoreChange): boolean {
  return origin === "foreign" && (topics === null || topics.some(({ kind }) => kind === "hand"));
}

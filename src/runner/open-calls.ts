import type { CallOptions } from "./perform-call.ts";
import { driveCall, isUnasked } from "./perform-call.ts";
import type { RunContext } from "./run-context.ts";
import { isScriptStep } from "./script-step.ts";

/** The tool calls of an execution that are under way in this process. */
export class OpenCalls {
  readonly #run: RunContext;
  readonly #options: CallOptions;
  readonly #active = new Map<number, Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(run: RunContext, options: CallOptions = { mayReadsWait: false }) {
    this.#run = run;
    this.#options = options;
  }

  get size(): number {
    return this.#active.size;
  }

  isActive(index: number): boolean {
    return this.#active.has(index);
  }

  /** Starts a call whose intent this process has just committed. */
  startOwn(index: number): void {
    this.#start(index, true);
  }

  /** Starts every call of the journal that may go on: approved ones, and intents that another process left behind. */
  startReady(): void {
    this.#run.check();
    this.#throwFailure();
    for (const step of this.#run.journal.open) {
      if (step.kind !== "tool" || isScriptStep(step) || this.#active.has(step.step_index)) continue;
      const canGoOn = step.status === "approved" || step.status === "executing" || isUnasked(step);
      if (canGoOn) this.#start(step.step_index, false);
    }
  }

  /** Resolves when a call is through. Throws what a call could not write down, as in `lease_lost`. */
  async waitForOne(): Promise<void> {
    if (this.#active.size > 0) await Promise.race(this.#active.values());
    this.#throwFailure();
  }

  /** A call that could not be written down is not one that another process left behind. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when no call is under way any more, whatever became of them. */
  async drain(): Promise<void> {
    await Promise.all(this.#active.values());
  }

  #start(index: number, isOurs: boolean): void {
    const work = driveCall(this.#run, index, isOurs, this.#options)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#active.delete(index));
    this.#active.set(index, work);
  }
}

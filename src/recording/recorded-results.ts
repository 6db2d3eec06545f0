import type { Clock, JsonValue } from "../core/index.ts";
import { createDeferred, HandsError, isErrorCode } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { listSteps } from "../store/index.ts";
import { isSame } from "./create-recording.ts";
import type { RecordedError, RecordedStep, Recording } from "./types.ts";

type RecordedCall = Extract<RecordedStep, { kind: "tool" | "wait" | "delivery" }>;

/** How long nothing may happen before a result whose turn does not come is handed out all the same: the run is another one then. */
const GIVE_UP_AFTER_MS = 3000;

/** The results of a recording, for a run that makes the same calls: each is given once, in the order they came. */
export class RecordedResults {
  readonly #recording: Recording;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #used = new Set<number>();
  #isMissing = false;

  constructor(recording: Recording, parts: { readonly store: Store; readonly clock: Clock }) {
    this.#recording = recording;
    this.#store = parts.store;
    this.#clock = parts.clock;
  }

  /** Was something called that has no recorded result? */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  noteMissing(): void {
    this.#isMissing = true;
  }

  /** The recorded step that stands for a call. `args` is null for the steps of a script. Throws: `tool_failed` where nothing was recorded. */
  take(index: number, name: string, args: JsonValue): RecordedCall {
    const step = this.#find(index, name, args);
    if (step === undefined) {
      this.noteMissing();
      throw new HandsError("tool_failed", `the recording has no result of ${name} with these arguments`);
    }
    this.#used.add(step.index);
    return step;
  }

  /** What a recorded step came to. Throws: what it failed with. */
  async answer(step: RecordedCall, signal: AbortSignal): Promise<JsonValue> {
    await this.waitForTurn(step.order, signal);
    if (step.status === "done") return step.result;
    throw toError(step.error);
  }

  /** Resolves when every result that came before this one is in the journal of the run. What waits for a human is not waited for. */
  async waitForTurn(order: number | null, signal: AbortSignal): Promise<void> {
    if (order === null) return;
    const before = this.#recording.steps.filter((step) => isBefore(step, order));
    while (before.length > 0) {
      signal.throwIfAborted();
      const change = this.#waitForChange();
      try {
        const steps = new Map(
          (await listSteps(this.#store, this.#recording.executionId)).map((step) => [step.step_index, step]),
        );
        const isOpen = (step: RecordedStep) => {
          const row = steps.get(step.index);
          return row === undefined || (row.name === step.name && row.result_order === null);
        };
        if (!before.some(isOpen)) return;
        if (!(await change.happens)) return;
      } finally {
        change.stop();
      }
    }
  }

  #find(index: number, name: string, args: JsonValue): RecordedCall | undefined {
    const calls = this.#recording.steps.filter(
      (step): step is RecordedCall =>
        step.kind === "tool" && step.name === name && !this.#used.has(step.index),
    );
    const fitting = calls.filter(
      (step) => isOver(step) && (args === null || isSame(step.request?.editedArgs ?? step.args, args)),
    );
    return fitting.find((step) => step.index === index) ?? fitting[0];
  }

  /** Something is written to the store: true; nothing is for too long: false. */
  #waitForChange(): { readonly happens: Promise<boolean>; stop(): void } {
    const { promise, resolve } = createDeferred<boolean>();
    const stopListening = this.#store.onChange(() => resolve(true));
    const timer = this.#clock.setTimer(GIVE_UP_AFTER_MS, () => resolve(false));
    return {
      happens: promise,
      stop() {
        stopListening();
        timer.cancel();
      },
    };
  }
}

/** Does its result come before, with no human to wait for? Sleeps are skipped when nothing else is left to do. */
function isBefore(step: RecordedStep, order: number): boolean {
  if (step.kind === "value" || step.kind === "wait" || step.order === null || step.order >= order)
    return false;
  return step.kind === "model" || step.request === null;
}

function isOver({ status }: RecordedCall): boolean {
  return status === "done" || status === "failed";
}

/** A recorded failure, as it was thrown. */
export function toError(error: RecordedError | null): HandsError {
  const { code, message } = error ?? { code: "tool_failed", message: "it failed" };
  return new HandsError(isErrorCode(code) ? code : "tool_failed", message);
}

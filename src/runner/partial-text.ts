import type { ClockTimer } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import { deletePartialText, putPartialText } from "../store/index.ts";
import type { RunContext } from "./run-context.ts";

/** How often followers are shown more words. */
const SHOW_EVERY_MS = 500;

/** A reply that is longer is shown from its end. */
const MOST_SHOWN = 50_000;

/** The words of one reply under way, as followers see them. */
export interface PartialText {
  add(text: string): void;
  /** Takes the words away: the reply is there, or will not come. */
  stop(): Promise<void>;
}

/**
 * Shows a model's words while they come, without secrets already: one row, replaced at most twice a second. It is no record: what cannot be
 * written is left out.
 */
export function showPartialText(run: RunContext, index: number): PartialText {
  const { store, clock, logger } = run.parts;
  const key = { execution_id: run.row.id, step_index: index, hand_name: run.row.hand_name };
  let whole = "";
  let hasShown = false;
  let isStopped = false;
  let timer: ClockTimer | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  function show(): void {
    timer = undefined;
    if (whole.trim() === "" || isStopped) return;
    hasShown = true;
    const text = whole.slice(-MOST_SHOWN);
    writing = store.transaction((transaction) => putPartialText(transaction, key, text)).catch(warn);
  }

  function warn(error: unknown): void {
    logger.warn("could not show the words of a reply", { error: describeError(error) });
  }

  return {
    add(text) {
      whole += text;
      timer ??= clock.setTimer(SHOW_EVERY_MS, show);
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      await writing;
      if (hasShown) await store.transaction((transaction) => deletePartialText(transaction, key)).catch(warn);
    },
  };
}

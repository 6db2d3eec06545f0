import type { FSWatcher } from "node:fs";
import { watch } from "node:fs";
import type { Clock, Deferred, Logger } from "../core/index.ts";
import { createDeferred, describeError } from "../core/index.ts";

/** What a watch works with. */
export interface HandWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Looks for edits and acts upon them. */
  readonly look: () => Promise<void>;
  /** Where an edit would show. */
  readonly listDirectories: () => readonly string[];
}

/** The longest time between two looks: an edit is seen within a second wherever the system tells nothing. */
const LONGEST_PAUSE_MS = 800;
const SHORTEST_PAUSE_MS = 400;
/** A look takes at most this part of the time, as far as {@link LONGEST_PAUSE_MS} lets it. */
const LOOK_SHARE = 0.05;
/** Editors write a file in several steps; they are waited for. */
const SETTLE_MS = 60;
/** Watching each folder is cheap for hundreds and not for thousands; those beyond are seen by the regular look. */
const MOST_WATCHED = 256;

/**
 * Looks again and again, and at once when the system tells of an edit. The system's word is never relied upon: it is silent on network
 * drives, and folders may come and go.
 */
export class HandWatch {
  readonly #options: HandWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #stopping = new AbortController();
  #hint: Deferred<void> = createDeferred();
  #running: Promise<void> | undefined;

  constructor(options: HandWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the last look has ended and no watcher is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, logger, look } = this.#options;
    const { signal } = this.#stopping;
    let lookMs = 0;
    try {
      while (!signal.aborted) {
        this.#followDirectories();
        await this.#wait(lookMs);
        if (signal.aborted) break;
        const startedMs = clock.monotonicMs();
        try {
          await look();
        } catch (error) {
          logger.error("The hands folder could not be looked at.", { error: describeError(error) });
        }
        lookMs = clock.monotonicMs() - startedMs;
      }
    } finally {
      for (const watcher of this.#watchers.values()) watcher.close();
      this.#watchers.clear();
    }
  }

  /** Until the time is up, or the system told of an edit and it has settled, or the watch stops. */
  async #wait(lookMs: number): Promise<void> {
    const { clock } = this.#options;
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, this.#stopping.signal]);
    const pauseMs = Math.min(Math.max(lookMs / LOOK_SHARE, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
    const pause = clock.sleep(pauseMs, signal).catch(() => {});
    const isHinted = await Promise.race([pause.then(() => false), this.#hint.promise.then(() => true)]);
    waiting.abort();
    await pause;
    if (!isHinted) return;
    await clock.sleep(Math.max(SETTLE_MS, 2 * lookMs), this.#stopping.signal).catch(() => {});
    this.#hint = createDeferred();
  }

  #followDirectories(): void {
    const wanted = new Set(this.#options.listDirectories().slice(0, MOST_WATCHED));
    for (const [directory, watcher] of this.#watchers) {
      if (wanted.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of wanted) if (!this.#watchers.has(directory)) this.#follow(directory);
  }

  #follow(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#hint.resolve());
      watcher.on("error", () => this.#unfollow(directory, watcher));
      this.#watchers.set(directory, watcher);
    } catch {
      // It is not there, or the system watches no more: the regular look sees it.
    }
  }

  #unfollow(directory: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#watchers.get(directory) === watcher) this.#watchers.delete(directory);
  }
}

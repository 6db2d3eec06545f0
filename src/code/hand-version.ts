import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { Sandbox } from "../tools/index.ts";
import { HandThread } from "./hand-thread.ts";
import { createHandTool } from "./hand-tool.ts";
import type { WorkerStart } from "./messages.ts";
import type { CodeConfinement, HandCode } from "./types.ts";

/** What the code of a version is run with. */
export interface HandVersionSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly idleMs: number;
  readonly memoryMb: number;
  /** The sandbox that the code runs in; null: threads of this process. */
  readonly confined: { readonly sandbox: Sandbox; readonly confinement: CodeConfinement } | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly start: WorkerStart;
}

/** The code of one version of a hand, and the thread it has while it is used. */
export class HandVersion {
  readonly #settings: HandVersionSettings;
  #thread: HandThread | null = null;
  #idleTimer: ClockTimer | null = null;
  #isStopped = false;

  constructor(settings: HandVersionSettings) {
    this.#settings = settings;
  }

  /** Starts the thread and learns what the code offers. Throws: `script_failed`, `timeout`. */
  async load(): Promise<HandCode> {
    const { hasScript, tools } = await this.#useThread().loaded;
    this.#watchUse();
    return {
      hasScript,
      tools: tools.map((descriptor) =>
        createHandTool(descriptor, (request, options) => this.#useThread().request(request, options)),
      ),
      startScript: (start) => this.#useThread().startScript(start),
    };
  }

  /** Ends the thread for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#idleTimer?.cancel();
    await this.#thread?.end(new HandsError("stopping", "The program is stopping"));
  }

  #useThread(): HandThread {
    if (this.#isStopped)
      throw new HandsError("stopping", "The program is stopping: no code of hands is run any more");
    if (this.#thread === null || this.#thread.isEnding) {
      this.#thread = new HandThread({ ...this.#settings, onUseChange: () => this.#watchUse() });
    }
    return this.#thread;
  }

  #watchUse(): void {
    this.#idleTimer?.cancel();
    this.#idleTimer = null;
    const thread = this.#thread;
    if (thread === null || thread.isEnding) return;
    thread.keepProcessAlive(!thread.isIdle);
    if (!thread.isIdle) return;
    this.#idleTimer = this.#settings.clock.setTimer(this.#settings.idleMs, () => {
      void thread.end(new HandsError("stopping", "The thread was idle"));
    });
  }
}

import type { Clock, JsonValue, Logger } from "../core/index.ts";
import { HandsError, systemClock } from "../core/index.ts";
import type { Sandbox } from "../tools/index.ts";
import { CodeWorker, STOP_GRACE_MS } from "./code-worker.ts";
import type { CodeMessage, HostMessage, LoadedCode, WorkerRequest, WorkerStart } from "./messages.ts";
import { ScriptInbox } from "./script-inbox.ts";
import type { RequestOptions } from "./thread-requests.ts";
import { ThreadRequests } from "./thread-requests.ts";
import type { CodeConfinement, ScriptRun, ScriptStart } from "./types.ts";

/** What a hand's thread is made with. */
export interface HandThreadSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly start: WorkerStart;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** The sandbox that the code runs in; null: threads of this process. */
  readonly confined: { readonly sandbox: Sandbox; readonly confinement: CodeConfinement } | null;
  /** Called whenever it may have begun or ceased to be idle. */
  readonly onUseChange: () => void;
}

/** The runs and calls of one worker thread. When it ends, all of them are told. */
export class HandThread {
  readonly #settings: HandThreadSettings;
  readonly #thread: CodeWorker;
  readonly #requests: ThreadRequests;
  readonly #runs = new Map<number, ScriptInbox>();
  #nextRunId = 0;

  constructor(settings: HandThreadSettings) {
    this.#settings = settings;
    this.#thread = new CodeWorker({
      ...settings,
      onMessage: (message) => this.#receive(message),
      onEnd: (reason) => this.#loseAll(reason),
    });
    this.#requests = new ThreadRequests({
      clock: settings.clock,
      graceMs: STOP_GRACE_MS,
      post: (message) => this.#thread.post(message),
      onOverdue: (request) => this.#endOverdue(request),
    });
  }

  get loaded(): Promise<LoadedCode> {
    return this.#thread.loaded;
  }

  get isEnding(): boolean {
    return this.#thread.isEnding;
  }

  get isIdle(): boolean {
    return this.#runs.size === 0 && this.#requests.size === 0;
  }

  keepProcessAlive(isNeeded: boolean): void {
    this.#thread.keepProcessAlive(isNeeded);
  }

  async end(reason: HandsError): Promise<void> {
    await this.#thread.end(reason);
  }

  /** Asks the worker to do something; messages wait in the thread until it has loaded. */
  async request(request: WorkerRequest, options: RequestOptions = {}): Promise<unknown> {
    const answer = this.#requests.send(request, options);
    this.#settings.onUseChange();
    try {
      return await answer;
    } finally {
      this.#settings.onUseChange();
    }
  }

  startScript(start: ScriptStart): ScriptRun {
    const runId = this.#nextRunId++;
    const inbox = new ScriptInbox();
    this.#runs.set(runId, inbox);
    this.#settings.onUseChange();
    this.#post({ type: "start", runId, start, clockOffsetMs: this.#clockOffsetMs() });
    return {
      next: () => inbox.next(),
      deliver: (index, outcome) => {
        if (inbox.isClosed) return;
        this.#post({ type: "deliver", runId, index, outcome, clockOffsetMs: this.#clockOffsetMs() });
      },
      runStep: async (index, signal) => {
        if (inbox.isClosed) throw new HandsError("script_failed", "The script has ended before its step ran");
        return (await this.request({ kind: "step", runId, index }, { signal })) as JsonValue;
      },
      drop: () => this.#drop(runId, inbox),
    };
  }

  #drop(runId: number, inbox: ScriptInbox): void {
    const isUnderWay = this.#runs.delete(runId);
    inbox.clear();
    inbox.put({ type: "lost", message: "This run of the script was given up" });
    if (!isUnderWay) return;
    this.#settings.onUseChange();
    if (this.#thread.isEnding) return;
    this.#post({ type: "drop", runId });
    void this.#thread.checkAlive();
  }

  #post(message: HostMessage): void {
    this.#thread.post(message);
  }

  #clockOffsetMs(): number {
    return this.#settings.clock.now() - systemClock.now();
  }

  #receive(message: CodeMessage): void {
    switch (message.type) {
      case "script": {
        const inbox = this.#runs.get(message.runId);
        inbox?.put(message.message);
        if (inbox?.isClosed) {
          this.#runs.delete(message.runId);
          this.#settings.onUseChange();
        }
        return;
      }
      case "reply":
        this.#requests.settle(message.requestId, message.outcome);
        return;
      case "port":
        void this.#requests.answerPort(message.portId, message.requestId, message.request);
        return;
      case "port-abort":
        this.#requests.abortPort(message.portId);
        return;
      case "outside":
        this.#requests.findContext(message.requestId)?.noteOutside();
        return;
      case "log":
        this.#log(message);
    }
  }

  #log({ requestId, level, message }: Extract<CodeMessage, { type: "log" }>): void {
    const context = requestId === null ? null : this.#requests.findContext(requestId);
    if (context !== null) context.log(message);
    else this.#settings.logger[level](message, { hand: this.#settings.start.handName });
  }

  #endOverdue(request: WorkerRequest): void {
    const { handName } = this.#settings.start;
    const what =
      request.kind === "parse"
        ? `did not come to check the arguments of ${request.tool}`
        : `went on for ${STOP_GRACE_MS / 1000} s after it was told to stop`;
    void this.end(
      new HandsError("timeout", `The code of the hand ${handName} ${what}: its thread was ended`),
    );
  }

  #loseAll(reason: HandsError): void {
    for (const inbox of this.#runs.values()) inbox.put({ type: "lost", message: reason.message });
    this.#runs.clear();
    this.#requests.failAll(reason);
    this.#settings.onUseChange();
  }
}

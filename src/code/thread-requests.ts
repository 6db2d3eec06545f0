import type { Clock, ClockTimer, Deferred } from "../core/index.ts";
import { createDeferred, HandsError, toHandsError } from "../core/index.ts";
import type { ToolContext } from "../tools/index.ts";
import { answerPort } from "./answer-port.ts";
import type { HostMessage, PortRequest, WireOutcome, WorkerRequest } from "./messages.ts";
import { fromWireError, toWireError } from "./wire-error.ts";

/** A call may be slow to begin because another has the thread; one that is not even parsed by then never will be. */
const PARSE_TIMEOUT_MS = 30_000;

interface UnderWay {
  readonly request: WorkerRequest;
  readonly answer: Deferred<unknown>;
  readonly context: ToolContext | null;
  /** Aborts when the request is over: what it asked of its context is not wanted any more. */
  readonly over: AbortController;
}

/** What a request needs besides what it asks. */
export interface RequestOptions {
  /** Aborting it tells the code to stop; the request settles when it has. */
  readonly signal?: AbortSignal;
  /** Answers what a tool asks of its context. */
  readonly context?: ToolContext;
}

/** What the host asked one thread to do and has no answer to yet. */
export class ThreadRequests {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #post: (message: HostMessage) => void;
  readonly #onOverdue: (request: WorkerRequest) => void;
  readonly #underWay = new Map<number, UnderWay>();
  readonly #ports = new Map<number, AbortController>();
  #nextId = 0;

  constructor(settings: {
    readonly clock: Clock;
    /** How long code may go on after it was told to stop. */
    readonly graceMs: number;
    readonly post: (message: HostMessage) => void;
    /** The thread does not do what it was asked to: it is to be ended, and `failAll` called. */
    readonly onOverdue: (request: WorkerRequest) => void;
  }) {
    this.#clock = settings.clock;
    this.#graceMs = settings.graceMs;
    this.#post = settings.post;
    this.#onOverdue = settings.onOverdue;
  }

  get size(): number {
    return this.#underWay.size;
  }

  async send(request: WorkerRequest, { signal, context }: RequestOptions = {}): Promise<unknown> {
    signal?.throwIfAborted();
    const requestId = this.#nextId++;
    const underWay: UnderWay = {
      request,
      answer: createDeferred<unknown>(),
      context: context ?? null,
      over: new AbortController(),
    };
    const endOverdue = (): void => this.#onOverdue(request);
    let timer: ClockTimer | null =
      request.kind === "parse" ? this.#clock.setTimer(PARSE_TIMEOUT_MS, endOverdue) : null;
    const onAbort = () => {
      this.#post({ type: "abort", requestId, reason: toWireError(signal?.reason, "cancelled") });
      timer = this.#clock.setTimer(this.#graceMs, endOverdue);
    };
    this.#underWay.set(requestId, underWay);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      this.#post({ type: "request", requestId, request });
      return await underWay.answer.promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      timer?.cancel();
      underWay.over.abort();
      this.#underWay.delete(requestId);
    }
  }

  settle(requestId: number, outcome: WireOutcome): void {
    const answer = this.#underWay.get(requestId)?.answer;
    if (outcome.ok) answer?.resolve(outcome.value);
    else answer?.reject(fromWireError(outcome.error));
  }

  /** The context of a tool's call, while the call is under way. */
  findContext(requestId: number): ToolContext | null {
    return this.#underWay.get(requestId)?.context ?? null;
  }

  /** Answers what a tool asked of its context. */
  async answerPort(portId: number, requestId: number, request: PortRequest): Promise<void> {
    const underWay = this.#underWay.get(requestId);
    const abort = new AbortController();
    this.#ports.set(portId, abort);
    let outcome: WireOutcome;
    try {
      if (underWay?.context == null)
        throw new HandsError("tool_failed", "The call is over: its context answers no more");
      const signal = AbortSignal.any([abort.signal, underWay.over.signal]);
      outcome = { ok: true, value: await answerPort(request, underWay.context, signal) };
    } catch (error) {
      outcome = { ok: false, error: toWireError(error, "tool_failed") };
    }
    this.#ports.delete(portId);
    this.#post({ type: "port-reply", portId, outcome });
  }

  abortPort(portId: number): void {
    this.#ports.get(portId)?.abort();
  }

  /** The thread has ended. Of what may have had an effect nobody can say any more whether it had. */
  failAll(reason: HandsError): void {
    for (const { request, answer } of this.#underWay.values()) answer.reject(toLostError(request, reason));
  }
}

function toLostError(request: WorkerRequest, reason: HandsError): HandsError {
  if (request.kind === "parse") return toHandsError(reason);
  const what = request.kind === "execute" ? `the tool ${request.tool}` : "the step";
  return new HandsError("effect_unknown", `Whether ${what} had its effect is not known. ${reason.message}`, {
    ...(reason.hint === undefined ? {} : { hint: reason.hint }),
    cause: reason,
  });
}

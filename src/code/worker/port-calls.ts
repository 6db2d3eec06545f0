import type { Deferred } from "../../core/index.ts";
import { createDeferred } from "../../core/index.ts";
import type { PortRequest, WireOutcome, WorkerMessage } from "../messages.ts";
import { fromWireError } from "../wire-error.ts";

/** Asks the host for something of one call's context. The answer's type is that of the port: the host is our own code. */
export type AskHost = <Answer>(request: PortRequest, signal?: AbortSignal) => Promise<Answer>;

/** What the tools of a worker have asked of their contexts, and have no answer to yet. */
export interface PortCalls {
  /** How the call of that request asks. */
  of(requestId: number): AskHost;
  settle(portId: number, outcome: WireOutcome): void;
}

export function createPortCalls(post: (message: WorkerMessage) => void): PortCalls {
  const asked = new Map<number, Deferred<unknown>>();
  let nextPortId = 0;

  return {
    of: (requestId) => async (request, signal) => {
      signal?.throwIfAborted();
      const portId = nextPortId++;
      const answer = createDeferred<unknown>();
      asked.set(portId, answer);
      const onAbort = () => {
        post({ type: "port-abort", portId });
        answer.reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        post({ type: "port", portId, requestId, request });
        return (await answer.promise) as never;
      } finally {
        asked.delete(portId);
        signal?.removeEventListener("abort", onAbort);
      }
    },
    settle(portId, outcome) {
      const answer = asked.get(portId);
      if (outcome.ok) answer?.resolve(outcome.value);
      else answer?.reject(fromWireError(outcome.error));
    },
  };
}

/** What happens to a process at a point: it is killed, frozen until somebody lets it go on, or told to stop. */
export type InterruptionSignal = "SIGKILL" | "SIGSTOP" | "SIGTERM";

/** Where in its work a process is interrupted. */
export type InterruptionPoint =
  /**
   * Its n-th commit, from 1: when its transaction is to begin, inside it with everything written and nothing committed, or right after the
   * commit.
   */
  | { readonly kind: "commit"; readonly number: number; readonly when: "beginning" | "before" | "after" }
  /** The n-th time it changes a file or folder, from 1: right before, or right after. */
  | { readonly kind: "file"; readonly number: number; readonly when: "before" | "after" }
  /** An effect of that name: before it was asked for; when the world has it and the answer is not there; when the answer is there. */
  | { readonly kind: "effect"; readonly name: string; readonly when: "before" | "during" | "after" }
  /** The n-th question to the model, from 1: when the server has it, or in the middle of the answer. */
  | { readonly kind: "model"; readonly number: number; readonly when: "asked" | "answering" };

export interface Interruption {
  readonly point: InterruptionPoint;
  readonly signal: InterruptionSignal;
}

export function describePoint(point: InterruptionPoint): string {
  return "number" in point
    ? `${point.kind} ${point.number} ${point.when}`
    : `${point.kind} ${point.name} ${point.when}`;
}

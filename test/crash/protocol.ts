import type { Interruption } from "./interruption.ts";
import type { UniversePlace } from "./universe.ts";

/**
 * What a child is told to do, one line of JSON. It is finished when no hand has a fire to come, every execution has ended and every output
 * is delivered.
 */
export interface ParentMessage {
  readonly place: UniversePlace;
  /** What the code of hands sees beside `PATH`. */
  readonly environment: Readonly<Record<string, string>>;
  /** `runtime`: everything, with the scheduler that makes the fires; `runner`: a runner alone. */
  readonly composition: "runner" | "runtime";
  /** Made when it has started, unless they were made before. */
  readonly fires: readonly Fire[];
  readonly interruption: Interruption | null;
}

/** One scheduled instant of a hand. */
export interface Fire {
  readonly handName: string;
  readonly scheduledFor: number;
}

/** What a child says, a line of JSON each. */
export type ChildMessage =
  | { readonly type: "ready" | "finished" | "stopped" }
  | { readonly type: "interrupted"; readonly what: string };

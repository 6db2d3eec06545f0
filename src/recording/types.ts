import type { JsonObject, JsonValue } from "../core/index.ts";
import type { ModelFinishReason } from "../models/index.ts";

/** The form of the files, in each of them. */
export const RECORDING_FORMAT = "hands-recording/1";

/** An error as it stands in a journal. */
export interface RecordedError {
  readonly code: string;
  readonly message: string;
}

/** What a gate asked about a step, and what was decided. */
export interface RecordedRequest {
  readonly action: string;
  readonly gates: readonly string[];
  readonly autoApproveAfterMs: number | null;
  readonly expiresAfterMs: number | null;
  readonly status: "approved" | "rejected" | "expired" | "auto_approved" | "pending" | "cancelled";
  readonly by: string | null;
  readonly via: string | null;
  readonly note: string | null;
  /** The arguments that were approved, where they are not those that were asked about. */
  readonly editedArgs: JsonValue | null;
}

/** A call as a model wrote it. */
export interface RecordedCall {
  readonly callId: string;
  readonly name: string;
  readonly args: JsonObject | null;
  /** What it wrote where that was no JSON object. */
  readonly rawArgs: string | null;
}

/** What a model was asked, as hashes: they tell that it changed, and which part of it. */
export interface AskedHashes {
  readonly system: string;
  readonly tools: string;
  readonly messages: string;
}

interface StepBase {
  readonly index: number;
  readonly name: string;
}

/** One step of the journal. `order` is the place of its result among all results. */
export type RecordedStep =
  | (StepBase & { readonly kind: "value"; readonly value: JsonValue })
  | (StepBase & {
      readonly kind: "model";
      readonly order: number | null;
      /** Null until the recording was run once. */
      readonly asked: AskedHashes | null;
      readonly reply: {
        readonly text: string;
        readonly toolCalls: readonly RecordedCall[];
        readonly finishReason: ModelFinishReason;
        readonly inputTokens: number;
        readonly outputTokens: number;
      } | null;
      readonly error: RecordedError | null;
    })
  | (StepBase & {
      readonly kind: "tool" | "wait" | "delivery";
      readonly order: number | null;
      readonly effect: string | null;
      /** The arguments it was called with, before any edit. */
      readonly args: JsonValue;
      readonly request: RecordedRequest | null;
      readonly status: string;
      /** Did it bring in something from outside? Absent in recordings that were made before this was kept. */
      readonly isUntrusted?: boolean;
      readonly result: JsonValue;
      readonly error: RecordedError | null;
    });

/** One execution, whole: what came in, every step, what came out. */
export interface Recording {
  readonly format: typeof RECORDING_FORMAT;
  readonly handName: string;
  readonly executionId: string;
  /** Of the hand's folder; null where it never ran. */
  readonly versionHash: string | null;
  readonly trigger: string;
  readonly scheduledFor: string | null;
  readonly startedAt: string;
  readonly input: JsonValue;
  /** What started it came from outside. */
  readonly isInputUntrusted: boolean;
  /** Parameters over the manifest's. */
  readonly parameters: JsonObject | null;
  readonly steps: readonly RecordedStep[];
  readonly outcome: string;
  readonly error: RecordedError | null;
  readonly output: string;
  /** Where the output goes. */
  readonly deliveries: readonly { readonly channel: string; readonly format: string }[];
}

/** Where a run is not what was recorded. */
export interface Difference {
  /** The step, or null for what the execution came to. */
  readonly step: number | null;
  readonly what: "step" | "arguments" | "gate" | "result" | "prompt" | "outcome" | "output" | "deliveries";
  /** False for what is worth knowing and no change of behaviour: a prompt that reads otherwise. */
  readonly isFailure: boolean;
  readonly message: string;
  readonly expected: JsonValue;
  readonly got: JsonValue;
}

/** What running a recording again came to. */
export interface ReplayResult {
  /** The first is where the ways parted. */
  readonly differences: readonly Difference[];
  /** The run itself, as a recording. */
  readonly recording: Recording;
  /** Did everything that it called have its recorded result, so that its run can stand for the recording? */
  readonly isWhole: boolean;
}

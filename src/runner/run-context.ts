import type { CompiledGate } from "../approvals/index.ts";
import type { JsonObject, JsonValue } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import type { ExecutionRow } from "../store/index.ts";
import type { CallableTool } from "../tools/index.ts";
import type { Journal } from "./journal.ts";
import type { Lease } from "./lease.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { LiveTexts } from "./live-texts.ts";
import type { RunnerParts } from "./types.ts";
import type { HandVersion } from "./version-keeper.ts";

/** One taking of one execution: everything its brain and its calls work with. */
export interface RunContext {
  readonly parts: RunnerParts;
  readonly row: ExecutionRow;
  readonly version: HandVersion;
  /** The manifest as it is today, whose limits hold; the version's own where the hand is not there any more. */
  readonly today: HandConfig;
  /** The hash of the hand's folder as it is today, or null where it is not there any more. */
  readonly todayHash: string | null;
  /** Gates of the version and of today, together. */
  readonly gates: readonly CompiledGate[];
  /** The tools this hand may call, by name. */
  readonly tools: ReadonlyMap<string, CallableTool>;
  readonly parameters: JsonObject;
  readonly input: JsonValue;
  /** Absolute path. */
  readonly workspace: string;
  readonly lease: Lease;
  readonly leases: LeaseKeeper;
  /** Where followers find the words of replies under way. */
  readonly texts: LiveTexts;
  readonly journal: Journal;
  /** Aborts when the lease is lost, the time is up, somebody cancels, or the process stops. */
  readonly signal: AbortSignal;
  /** Throws where nothing new may begin. */
  readonly check: () => void;
  /** Resolves when somebody else may have changed this execution, then is made anew. */
  readonly waitForNews: () => Promise<void>;
  /** Text of a model as it comes. */
  readonly onText: (text: string) => void;
}

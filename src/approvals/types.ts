import type { JsonObject } from "../core/index.ts";
import type { ApprovalGate } from "../manifest/index.ts";
import type { Effect } from "../store/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";

/** The operator's own rules, from `[policy]` of `hands.toml`. */
export interface OperatorPolicy {
  /** Globs of tool names or actions that never run. */
  readonly deny: readonly string[];
  /** May gates approve by themselves? */
  readonly allowsAutoApprove: boolean;
  /** Who may decide through channels; empty is nobody. */
  readonly approvers: readonly string[];
}

/** A gate with its condition compiled. `covers` is false only where `when` is exactly false. */
export interface CompiledGate extends ApprovalGate {
  covers(context: { readonly args: JsonObject; readonly parameters: JsonObject }): boolean;
}

/** One call, as the policy sees it. */
export interface PolicyQuestion {
  readonly tool: Pick<ToolDescriptor, "name" | "action" | "effect" | "confinedTo" | "origin">;
  readonly args: JsonObject;
  readonly parameters: JsonObject;
  /** Gates of the version that runs and of today's, together. */
  readonly gates: readonly CompiledGate[];
  readonly unattended: readonly string[];
  readonly operator: OperatorPolicy;
}

/** What one pure function decides of a call. */
export type PolicyDecision =
  | { readonly kind: "run"; readonly because: "read" | "confined" | "unattended" }
  | { readonly kind: "refuse"; readonly rule: string }
  | {
      readonly kind: "ask";
      /** Keys of the gates that cover the call; empty where it asks because nothing allowed it. */
      readonly gates: readonly string[];
      readonly action: string;
      readonly description: string;
      /** Null where only a human decides. */
      readonly autoApproveAfterMs: number | null;
      /** Null only where it approves itself and no gate says when it expires. */
      readonly expiresAfterMs: number | null;
    };

/** A decision that asks. */
export type AskDecision = Extract<PolicyDecision, { readonly kind: "ask" }>;

/** One delivery, as the policy sees it. */
export interface DeliveryQuestion {
  /** `dashboard`, `file` or the name of a channel. */
  readonly channel: string;
  /** The resolved destination: a path, an address. */
  readonly destination: string;
  readonly format: string;
  /** The rendered text. */
  readonly payload: string;
  readonly parameters: JsonObject;
  readonly gates: readonly CompiledGate[];
  readonly operator: OperatorPolicy;
}

/** What is decided of a delivery; only a gate makes one ask. */
export type DeliveryDecision =
  | { readonly kind: "deliver" }
  | Exclude<PolicyDecision, { readonly kind: "run" }>;

/** A hand's own request for a decision, about an action that no tool performs. */
export interface RequestQuestion {
  readonly action: string;
  readonly description: string;
  readonly args: JsonObject;
  readonly parameters: JsonObject;
  readonly gates: readonly CompiledGate[];
  readonly operator: OperatorPolicy;
}

/** What a request asks about. */
export interface ApprovalSubject {
  readonly handName: string;
  readonly executionId: string | null;
  readonly stepIndex: number | null;
  readonly tool: string | null;
  readonly effect: Effect | null;
  readonly args: JsonObject | null;
  readonly argsHash: string | null;
  readonly files: readonly BoundFile[];
  readonly versionHash: string | null;
  readonly toolVersion: string | null;
}

/** A file as it was when the approval was asked for. */
export interface BoundFile {
  /** Absolute. */
  readonly path: string;
  /**
   * SHA-256 of the content, null where nothing was there. `tree:` and a hash for a folder; `stat:` and a hash over size, times and
   * inode for what is too large or not allowed to be read.
   */
  readonly sha256: string | null;
}

import type { JsonValue } from "../core/index.ts";
import { hashJson } from "../core/index.ts";
import type { ApprovalRow } from "../store/index.ts";
import { isGranted } from "./approval-transitions.ts";
import type { BoundFile, PolicyDecision } from "./types.ts";

/** What is about to happen, as it is right before the effect. */
export interface EffectFacts {
  readonly argsHash: string | null;
  /** The files of the request, hashed anew. */
  readonly files: readonly BoundFile[];
  readonly versionHash: string | null;
  readonly toolVersion: string | null;
  /** What the policy says of the call now, with today's gates; left out where it was not asked again. */
  readonly decision?: PolicyDecision;
}

/** One thing that is not as it was approved. */
export type BindingDifference =
  | "status"
  | "args"
  | "files"
  | "hand_version"
  | "tool_version"
  | "gates"
  | "policy";

/** Whether an approval is for exactly this effect. */
export type BindingVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly differs: readonly BindingDifference[];
      /** Paths of files that were changed, added, removed or exchanged. */
      readonly files: readonly string[];
    };

/** The files that an approval is bound to, as they were when it was asked for. */
export function readBoundFiles(approval: Pick<ApprovalRow, "files_json">): readonly BoundFile[] {
  return JSON.parse(approval.files_json) as readonly BoundFile[];
}

/** Is this approval granted, and is what would happen now what it was granted for? */
export function verifyBinding(approval: ApprovalRow, now: EffectFacts): BindingVerdict {
  const files = findChangedFiles(readBoundFiles(approval), now.files);
  const checks: readonly (readonly [BindingDifference, boolean])[] = [
    ["status", isGranted(approval.status)],
    ["args", approval.args_hash === now.argsHash && hasIntactArgs(approval)],
    ["files", files.length === 0],
    ["hand_version", approval.version_hash === now.versionHash],
    ["tool_version", approval.tool_version === now.toolVersion],
    ["gates", areGatesAnswered(approval, now.decision)],
    ["policy", now.decision?.kind !== "refuse"],
  ];
  const differs = checks.filter(([, holds]) => !holds).map(([what]) => what);
  return differs.length === 0 ? { ok: true } : { ok: false, differs, files };
}

function hasIntactArgs({ args_json, args_hash }: ApprovalRow): boolean {
  return args_json === null ? args_hash === null : hashJson(JSON.parse(args_json) as JsonValue) === args_hash;
}

/** A gate that did not ask then has not been answered, and what approved itself must still be allowed to. */
function areGatesAnswered(approval: ApprovalRow, decision: PolicyDecision | undefined): boolean {
  if (decision?.kind !== "ask") return true;
  const answered = JSON.parse(approval.gates_json) as readonly string[];
  if (!decision.gates.every((key) => answered.includes(key))) return false;
  return approval.status !== "auto_approved" || decision.autoApproveAfterMs !== null;
}

function findChangedFiles(bound: readonly BoundFile[], now: readonly BoundFile[]): readonly string[] {
  const before = new Map(bound.map((file) => [file.path, file.sha256]));
  const after = new Map(now.map((file) => [file.path, file.sha256]));
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}

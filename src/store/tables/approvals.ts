import type { ApprovalKind, ApprovalStatus, Effect, UnknownAnswer } from "../states.ts";

/** Requests for a decision. */
export interface ApprovalQueueTable {
  id: string;
  hand_name: string;
  execution_id: string | null;
  step_index: number | null;
  kind: ApprovalKind;
  action: string;
  description: string;
  context_json: string;
  status: ApprovalStatus;
  created_at: number;
  expires_at: number | null;
  resolved_at: number | null;
  resolved_by: string | null;
  /** What it was decided through: cli, api, dashboard, a channel's name, runtime, rule. */
  resolved_via: string | null;
  note: string | null;
  /** Keys of the gates that made it ask, as a JSON list. */
  gates_json: string;
  tool: string | null;
  effect: Effect | null;
  args_json: string | null;
  args_hash: string | null;
  /** The arguments as they were asked for, where the decision changed them. */
  original_args_json: string | null;
  /** Files that the arguments name: `[{ path, sha256 }]`. */
  files_json: string;
  version_hash: string | null;
  tool_version: string | null;
  auto_approve_at: number | null;
  /** The full delay, for a fresh start of the clock; null where nothing approves it by itself. */
  auto_approve_after_ms: number | null;
  /** When its hand was paused, while the clock of the automatic approval stands still. */
  clock_stopped_at: number | null;
  answer: UnknownAnswer | null;
  rule_id: string | null;
  /** When it was kept from channels, because its hand asks more than its bound; null where it was not. */
  withheld_at: number | null;
}

/** Decisions that were asked to be remembered. */
export interface ApprovalRulesTable {
  id: string;
  hand_name: string;
  /** Set where the rule is for one execution only. */
  execution_id: string | null;
  tool: string;
  action: string;
  /** Fixed arguments by name; an argument that is not here may be anything. */
  args_json: string;
  version_hash: string | null;
  tool_version: string | null;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  revoked_at: number | null;
  revoked_by: string | null;
  use_count: number;
}

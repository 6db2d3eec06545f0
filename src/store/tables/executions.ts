import type { Generated } from "kysely";
import type { Effect, ExecutionStatus, HandOutcome, StepKind, StepStatus } from "../states.ts";

/** One run of a hand, or a record of fires that did not run. */
export interface HandExecutionsTable {
  id: string;
  hand_name: string;
  trigger: string;
  status: ExecutionStatus;
  /** Why it waits, is held or was skipped. */
  reason: string | null;
  outcome: HandOutcome | null;
  scheduled_for: number | null;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  output: string;
  error: string | null;
  error_code: string | null;
  approval_id: string | null;
  /** How many times a process took it up, over crashes and waits. */
  attempt: number;
  /** `{ first, last, count }` where one row stands for several fires. */
  coalesced_json: string | null;
  retry_of: string | null;
  event_id: string | null;
  /** Names of the hands whose executions led to this one, oldest first, as a JSON list. */
  chain_json: string;
  input_json: string | null;
  /** Parameters given by the trigger, over the manifest's. */
  parameters_json: string | null;
  version_hash: string | null;
  files_generated_json: string;
  input_tokens: number;
  output_tokens: number;
  /** Null where the price of something it used is not known. */
  cost_usd: number | null;
  /** Set aside for a model call under way. */
  reserved_cost_usd: number;
  step_count: number;
  /** Counts the takings; every write of a runner has it in its WHERE. */
  fence: number;
  lease_owner: string | null;
  lease_until: number | null;
  /** Leases lost since the last commit of the journal. */
  lost_leases: number;
  /** Time under leases that ended, in milliseconds. */
  active_ms: number;
  /** When a sleeping or budget-bound execution goes on. */
  wake_at: number | null;
  /** Higher goes first. */
  priority: number;
  cancel_requested_at: number | null;
  cancel_requested_by: string | null;
  /** 1 once something from outside entered it. */
  is_untrusted: number;
  /** 1 where that came with what started it. */
  is_input_untrusted: Generated<number>;
}

/** The journal. */
export interface ExecutionStepsTable {
  execution_id: string;
  step_index: number;
  kind: StepKind;
  name: string;
  effect: Effect | null;
  status: StepStatus;
  /** The index of the model step that proposed this call, or null. */
  turn_index: number | null;
  /** The id the model gave the call. */
  call_id: string | null;
  args_json: string | null;
  args_hash: string | null;
  result_json: string | null;
  error_json: string | null;
  approval_id: string | null;
  /** Times the intent was committed. */
  attempt: number;
  /** Version of the tool: its schema and code. */
  tool_version: string | null;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  /** The order in which results were recorded; a script is handed them in this order. */
  result_order: number | null;
  wake_at: number | null;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
  /** Facts that only the brain reads: a reply's parts, a call's policy. */
  detail_json: string | null;
  /** The process it ran in. */
  node_id: string | null;
  is_untrusted: number;
}

/** The newest words of model replies under way: a row that is replaced, never a record. */
export interface PartialTextsTable {
  execution_id: string;
  step_index: number;
  hand_name: string;
  /** Where in the reply `text` begins, in UTF-16 code units. */
  text_offset: number;
  text: string;
  updated_at: number;
}

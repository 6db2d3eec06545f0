import type { Generated } from "kysely";
import type {
  ApprovalKind,
  ApprovalStatus,
  DeliveryStatus,
  Effect,
  ExecutionStatus,
  HandOutcome,
  HandStatus,
  MessageStatus,
  StepKind,
  StepStatus,
  TroubleKind,
  UnknownAnswer,
} from "./states.ts";

/*
 * The tables as the database has them, the same in SQLite and Postgres: instants are epoch milliseconds, flags are 0 or 1,
 * JSON is text. Columns ending in `_at` are instants.
 */

/** The index of hands. */
export interface HandsTable {
  name: string;
  /** The validated manifest, or `null` as text for a broken hand. */
  config_json: string;
  enabled: number;
  loaded_at: number;
  /** The hands folder whose loader owns this row. */
  hands_dir: string;
  hand_dir: string;
  /** Diagnostics, as a JSON list. */
  problems_json: string;
}

/** What a hand is at; lives on when the folder is removed. */
export interface HandStatesTable {
  hand_name: string;
  status: HandStatus;
  last_run_at: number | null;
  /** The next scheduled instant, before jitter. */
  next_run_at: number | null;
  /** When that fire is to be acted upon: `next_run_at` plus jitter. */
  due_at: number | null;
  /** Hash of the schedule that `next_run_at` was computed from. */
  schedule_hash: string | null;
  /** Where intervals are counted from. */
  anchor_at: number | null;
  /** The newest scheduled instant that has been dealt with. */
  last_fire_at: number | null;
  run_count: number;
  success_count: number;
  failure_count: number;
  error_message: string | null;
  is_paused: number;
  paused_at: number | null;
  paused_by: string | null;
  pause_note: string | null;
  /** 0 or 1 where an operator overrides the manifest's `enabled`, else null. */
  enabled_override: number | null;
  enabled_override_by: string | null;
}

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

/** Contents of hand folders that ran, by their hash. */
export interface HandVersionsTable {
  hash: string;
  hand_name: string;
  created_at: number;
  /** `[{ path, content }]`, the content in base64. */
  files_json: string;
}

/** What a hand remembers between executions. */
export interface HandMemoryTable {
  hand_name: string;
  key: string;
  value_json: string;
  updated_at: number;
  /** 1 where it may say what came from outside. */
  is_untrusted: Generated<number>;
}

/** Output on its way to a channel. */
export interface DeliveriesTable {
  id: string;
  execution_id: string;
  hand_name: string;
  channel: string;
  /** The resolved destination: a path, an address. */
  destination: string;
  format: string;
  payload: string;
  status: DeliveryStatus;
  attempts: number;
  created_at: number;
  next_attempt_at: number | null;
  completed_at: number | null;
  error: string | null;
  /** Where it went, as in the path that was written. */
  result: string | null;
  lease_owner: string | null;
  lease_until: number | null;
}

/** What happened, append-only. */
export interface EventsTable {
  id: string;
  /** Order for readers, given by the sealer to committed events; null until then. */
  position: number | null;
  type: string;
  hand_name: string | null;
  execution_id: string | null;
  data_json: string;
  created_at: number;
  /** 1 for decisions, effects and changes of configuration, which are hash-chained. */
  is_audited: number;
  previous_hash: string | null;
  hash: string | null;
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

/** Small facts of the whole project, by key. */
export interface RuntimeStateTable {
  key: string;
  value: string;
  updated_at: number;
}

/** Tokens of the API, by the hash of their secret. */
export interface ApiTokensTable {
  id: string;
  name: string;
  /** Scopes, as a JSON list. */
  scopes_json: string;
  /** SHA-256; the secret itself is nowhere. */
  secret_hash: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  /** To the minute. */
  last_used_at: number | null;
  revoked_at: number | null;
  revoked_by: string | null;
}

/** Browsers that are logged in, by the hash of their cookie. */
export interface SessionsTable {
  id: string;
  /** The name that decisions are recorded under. */
  name: string;
  scopes_json: string;
  secret_hash: string;
  /** The token it was made with; null for a login link. It ends with the token. */
  token_id: string | null;
  created_at: number;
  expires_at: number;
  ended_at: number | null;
}

/** Links that log in once, by the hash of their code. */
export interface LoginLinksTable {
  secret_hash: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** The words so far of model replies under way: a row that is replaced, never a record. */
export interface PartialTextsTable {
  execution_id: string;
  step_index: number;
  hand_name: string;
  text: string;
  updated_at: number;
}

/** The processes that share the store, each start of one a row. */
export interface NodesTable {
  id: string;
  host_name: string;
  pid: number;
  /** What it does, as a JSON list. */
  roles_json: string;
  program_version: string;
  /** The newest schema that it knows. */
  schema_number: number;
  hands_dir: string;
  /** Names the contents of its hands folder; null until it has read them. */
  hands_hash: string | null;
  /** The first digits of each hand's version, by name, as JSON. */
  hands_json: string | null;
  started_at: number;
  last_seen_at: number;
  /** Executions that it has now. */
  active_count: number;
  max_active: number;
  /** When it found that a newer program has changed the schema. */
  outdated_at: number | null;
  stopped_at: number | null;
}

/** Requests to models whose provider has limits: those that wait, those under way, and those of the last minute. */
export interface ModelRequestsTable {
  id: string;
  provider: string;
  /** The process that asks. */
  node_id: string;
  tokens: number;
  asked_at: number;
  /** When it went to the provider; null while it waits. */
  started_at: number | null;
  /** Until when it waits or is under way, unless its process says so again. */
  lease_until: number;
}

/** What the tables of things on their way through a channel share. */
interface SendingColumns {
  attempts: number;
  created_at: number;
  /** When the next attempt is due; null where none is. */
  next_attempt_at: number | null;
  error: string | null;
  lease_owner: string | null;
  lease_until: number | null;
}

/** Messages that ask people about the requests of one execution, one channel and recipient each. */
export interface RequestMessagesTable extends SendingColumns {
  id: string;
  execution_id: string;
  hand_name: string;
  channel: string;
  /** One of the channel's link recipients; empty where the platform says who pressed. */
  recipient: string;
  /** The requests in it, oldest first, as a JSON list. */
  approval_ids_json: string;
  status: MessageStatus;
  /** Under which the channel can edit it; null where it cannot, or was not sent. */
  reference: string | null;
  /** Hash of what the last attempt that counted showed, or failed to. */
  tried_hash: string | null;
  /** Counts what was shown. */
  shown_version: number;
  /** When it first reached the channel. */
  sent_at: number | null;
  /** When there was nothing more to show in it. */
  closed_at: number | null;
}

/** Secrets behind the buttons and links of requests, by their SHA-256; the secrets themselves are nowhere. */
export interface DecisionTokensTable {
  token_hash: string;
  approval_id: string;
  message_id: string;
  decision: "approve" | "reject";
  channel: string;
  /** As in `request_messages`. */
  recipient: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  /** Who pressed, as in `[policy] approvers`. */
  used_by: string | null;
  /** What people call them. */
  used_by_name: string | null;
}

/** What the runtime itself says through channels. */
export interface NoticesTable extends SendingColumns {
  id: string;
  /** What it is about; with the channel it is told once. */
  notice_key: string;
  channel: string;
  kind: "alert" | "recovery" | "digest" | "budget";
  title: string;
  text: string;
  url: string | null;
  hand_name: string | null;
  status: MessageStatus;
  completed_at: number | null;
}

/** What is wrong with hands, from the alert to the recovery. */
export interface HandTroublesTable {
  hand_name: string;
  kind: TroubleKind;
  since: number;
  /** How often it happened since. */
  count: number;
  message: string;
}

/** Every table of the store. */
export interface Database {
  hands: HandsTable;
  hand_states: HandStatesTable;
  hand_executions: HandExecutionsTable;
  execution_steps: ExecutionStepsTable;
  approval_queue: ApprovalQueueTable;
  hand_versions: HandVersionsTable;
  hand_memory: HandMemoryTable;
  deliveries: DeliveriesTable;
  events: EventsTable;
  approval_rules: ApprovalRulesTable;
  runtime_state: RuntimeStateTable;
  api_tokens: ApiTokensTable;
  sessions: SessionsTable;
  login_links: LoginLinksTable;
  partial_texts: PartialTextsTable;
  nodes: NodesTable;
  model_requests: ModelRequestsTable;
  request_messages: RequestMessagesTable;
  decision_tokens: DecisionTokensTable;
  notices: NoticesTable;
  hand_troubles: HandTroublesTable;
}

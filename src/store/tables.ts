import type { ApiTokensTable, LoginLinksTable, SessionsTable } from "./tables/access.ts";
import type { ApprovalQueueTable, ApprovalRulesTable } from "./tables/approvals.ts";
import type { ExecutionStepsTable, HandExecutionsTable, PartialTextsTable } from "./tables/executions.ts";
import type {
  HandMemoryTable,
  HandStatesTable,
  HandsTable,
  HandTroublesTable,
  HandVersionsTable,
} from "./tables/hands.ts";
import type {
  DecisionTokensTable,
  DeliveriesTable,
  NoticesTable,
  RequestMessagesTable,
} from "./tables/messages.ts";
import type { EventsTable, ModelRequestsTable, NodesTable, RuntimeStateTable } from "./tables/processes.ts";

export type * from "./tables/access.ts";
export type * from "./tables/approvals.ts";
export type * from "./tables/executions.ts";
export type * from "./tables/hands.ts";
export type * from "./tables/messages.ts";
export type * from "./tables/processes.ts";

/*
 * The tables as the database has them, the same in SQLite and Postgres: instants are epoch milliseconds, flags are 0 or 1,
 * JSON is text. Columns ending in `_at` are instants.
 */

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

import type { z } from "zod";
import type * as approvals from "./schemas/approvals.ts";
import type * as errors from "./schemas/errors.ts";
import type * as executions from "./schemas/executions.ts";
import type * as hands from "./schemas/hands.ts";
import type * as nodes from "./schemas/nodes.ts";
import type * as overviews from "./schemas/overview.ts";
import type * as parts from "./schemas/parts.ts";
import type * as settings from "./schemas/settings.ts";
import type { streamMessages } from "./schemas/stream.ts";

/*
 * The answers of the API as types: what `web/` imports. Nothing of the program comes with them. Which address gives which is in
 * `docs/api.md` and `/openapi.json`.
 */

export type { Json, JsonMembers } from "./schemas/parts.ts";

export type ApiError = z.output<typeof errors.apiError>;

/** `GET /api/nodes` */
export type NodeList = z.output<typeof nodes.nodeList>;
export type Node = z.output<typeof nodes.node>;

/** `GET /api/overview` */
export type Overview = z.output<typeof overviews.overview>;
export type StripMark = Overview["hands"][number]["strip"][number];

/** `GET /api/hands` */
export type HandList = z.output<typeof hands.handList>;
export type Hand = z.output<typeof hands.hand>;
/** `GET /api/hands/{name}` */
export type HandDetail = z.output<typeof hands.handDetail>;
export type HandTool = HandDetail["tools"][number];
export type ToolPolicy = NonNullable<HandTool["policy"]>;
export type DayFigures = HandDetail["days"][number];
export type Diagnostic = z.output<typeof hands.diagnostic>;
/** `GET /api/hands/{name}/trust` */
export type HandTrustAnswer = z.output<typeof hands.handTrustAnswer>;
export type HandTrust = NonNullable<HandTrustAnswer["trust"]>;
export type HandChanged = z.output<typeof hands.handChanged>;
/** `POST /api/hands/{name}/trigger` and `POST /api/executions/{id}/retry` */
export type Started = z.output<typeof executions.started>;

/** `GET /api/executions` */
export type ExecutionPage = z.output<typeof executions.executionPage>;
export type Execution = z.output<typeof executions.execution>;
export type ExecutionFilter = z.output<typeof executions.executionFilter>;
/** `GET /api/executions/{id}` */
export type ExecutionDetail = z.output<typeof executions.executionDetail>;
/** `GET /api/executions/{id}/steps` */
export type StepPage = z.output<typeof executions.stepPage>;
export type Step = z.output<typeof executions.step>;
export type Delivery = z.output<typeof executions.delivery>;
/** `POST /api/executions/cancel` and `/retry` */
export type BulkAnswer = z.output<typeof executions.bulkAnswer>;

/** `GET /api/approvals` */
export type ApprovalPage = z.output<typeof approvals.approvalPage>;
export type Approval = z.output<typeof approvals.approval>;
/** `GET /api/approvals/{id}` */
export type ApprovalDetail = z.output<typeof approvals.approvalDetail>;
/** `POST /api/approvals/{id}/approve|reject|answer` */
export type Decision = z.output<typeof approvals.decision>;
export type Gate = z.output<typeof approvals.gate>;
/** `GET /api/rules` */
export type RuleList = z.output<typeof approvals.ruleList>;
export type Rule = z.output<typeof approvals.rule>;

/** `GET /api/schedule` */
export type Calendar = z.output<typeof overviews.calendar>;
export type CalendarEntry = z.output<typeof overviews.calendarEntry>;

/** `GET /api/settings` */
export type Settings = z.output<typeof settings.settings>;
/** `POST /api/settings/test-model` and `test-channel` */
export type Trial = z.output<typeof settings.trial>;
/** `GET /api/tokens` */
export type TokenList = z.output<typeof settings.tokenList>;
export type Token = z.output<typeof settings.token>;
export type NewToken = z.output<typeof settings.newToken>;
export type Scope = z.output<typeof parts.scope>;
/** `GET /api/session` */
export type Session = z.output<typeof settings.session>;

/** What `GET /api/events` sends, by the name of the message. */
export type StreamMessages = {
  readonly [Name in keyof typeof streamMessages]: z.output<(typeof streamMessages)[Name]>;
};
export type EventMessage = StreamMessages["event"];

export type Effect = z.output<typeof parts.effect>;
export type Outcome = z.output<typeof parts.outcome>;
export type ExecutionStatus = z.output<typeof parts.executionStatus>;
export type HandStatus = z.output<typeof parts.handStatus>;
export type StepStatus = z.output<typeof parts.stepStatus>;
export type ApprovalStatus = z.output<typeof parts.approvalStatus>;

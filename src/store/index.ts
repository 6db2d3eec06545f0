export { type AuditRecord, readAuditHead, readAuditRecords } from "./audit-events.ts";
export {
  appendEvent,
  countPrunableEvents,
  type EventRecord,
  type NewEvent,
  pruneEvents,
  type ReadEventsOptions,
  readEvents,
  readLastPosition,
  readPrunableEvents,
} from "./events.ts";
export { forUpdate } from "./for-update.ts";
export { isLeaseHeld } from "./has-lease-passed.ts";
export { isOpen } from "./is-open.ts";
export { notBefore } from "./not-before.ts";
export { type OpenStoreOptions, openStore } from "./open-store.ts";
export { readPostgresSize } from "./postgres/database-size.ts";
export {
  isPostgresAddress,
  type PostgresAddress,
  parsePostgresAddress,
} from "./postgres/postgres-address.ts";
export { LAST_ALIVE_KEY, lockAliveStamp, setAliveStamp } from "./queries/alive-stamp.ts";
export {
  type ApiTokenRow,
  findActiveApiToken,
  insertApiToken,
  listApiTokens,
  revokeApiToken,
  touchApiToken,
} from "./queries/api-tokens.ts";
export {
  findAutoApprovable,
  findExpired,
  findNextDeadline,
  isHandPaused,
  removeAutoApproval,
  restartAutoApproveDelays,
  resumeClocks,
  setAutoApproveStart,
  stopClocks,
} from "./queries/approval-clocks.ts";
export {
  type ApprovalPageFilter,
  countPendingApprovals,
  listUntrusted,
  pageApprovals,
} from "./queries/approval-pages.ts";
export {
  type ApprovalRuleRow,
  countRuleUse,
  findRulesFor,
  insertApprovalRule,
  listApprovalRules,
  type RuleKey,
  revokeApprovalRule,
} from "./queries/approval-rules.ts";
export {
  type ApprovalFilter,
  type ApprovalHead,
  type ApprovalRow,
  countRecentRequests,
  findApproval,
  findApprovalStep,
  findRejectedCall,
  insertApproval,
  type LockedExecution,
  listApprovals,
  listAskedOf,
  listPendingApprovals,
  listPendingHeads,
  lockExecution,
  moveApprovalStep,
  type NewApproval,
  queueWaitingExecution,
  type ResolutionCondition,
  resolvePendingApproval,
  withholdApproval,
} from "./queries/approvals.ts";
export {
  type AskedApproval,
  type AskedExecution,
  readAskedExecution,
  readAskedExecutions,
} from "./queries/asked-executions.ts";
export { copyForDryRun } from "./queries/copy-for-dry-run.ts";
export {
  type DecisionTokenRow,
  findDecisionToken,
  insertDecisionTokens,
  listTokenUses,
  useDecisionToken,
} from "./queries/decision-tokens.ts";
export {
  claimDelivery,
  type DeliveryRow,
  listDeliveries,
  recordDelivery,
} from "./queries/deliveries.ts";
export {
  type CalendarExecution,
  countOpenExecutions,
  countUnfinishedDeliveries,
  type Figures,
  listExecutionsBetween,
  listFiguresOfHand,
  listRecentOfHands,
  type RecentExecution,
  sumUsageSince,
} from "./queries/execution-figures.ts";
export {
  countExecutions,
  type ExecutionFilter,
  findExecutionOfEvent,
  findNewestVersion,
  type ListPlace,
  listRetriesOf,
  pageExecutions,
} from "./queries/execution-pages.ts";
export {
  appendExecutionEvent,
  countHandLoad,
  type ExecutionHead,
  type ExecutionRow,
  findCancelRequest,
  findClaimable,
  findExecution,
  findExecutionHead,
  findNextWake,
  type HandLoad,
  isAllPaused,
  listExecutions,
  PRIORITY,
  releaseHeldExecutions,
  wakeSleepers,
} from "./queries/executions.ts";
export { readMemoryValues } from "./queries/hand-memory.ts";
export {
  type CountedRun,
  clearNextFires,
  countEnd,
  countRun,
  findEnabledOverride,
  findHandState,
  findNextDueAt,
  type HandStateRow,
  insertMissingHandStates,
  listDueHands,
  listHandStates,
  lockHandState,
  moveNextFire,
  type NextFireColumns,
  setAllPaused,
  updateHandState,
} from "./queries/hand-states.ts";
export { lockHandVersion } from "./queries/hand-versions.ts";
export {
  deleteHandRows,
  findHandRow,
  findHandRows,
  type HandOrigin,
  type HandRow,
  listEventHands,
  listHandOrigins,
  listHandRows,
  upsertHandRows,
} from "./queries/hands.ts";
export {
  countSteps,
  type ExecutionCharge,
  holdExecution,
  lockClaimableExecution,
  markEnded,
  runsBeside,
  takeExecution,
} from "./queries/held-executions.ts";
export { countKept } from "./queries/kept-rows.ts";
export {
  admitModelRequest,
  endModelRequest,
  RENEW_MODEL_REQUESTS_EVERY_MS,
  renewModelRequests,
} from "./queries/model-requests.ts";
export {
  draftExecution,
  insertDraft,
  insertEndedExecution,
  insertExecution,
  insertSkippedExecution,
  type NewExecution,
} from "./queries/new-executions.ts";
export {
  BEAT_EVERY_MS,
  beatNode,
  deleteNodes,
  findNodeHosts,
  insertNode,
  listNodeHands,
  listNodes,
  type NodeRow,
  putNodeHands,
  readNodeState,
  readSchemaNumbers,
  stopNode,
} from "./queries/nodes.ts";
export {
  completeNotice,
  digestExecutions,
  endTrouble,
  findNotice,
  type HandDigest,
  type HandTroubleRow,
  insertNotice,
  listHandHealth,
  listTroubles,
  type NoticeRow,
  noteTrouble,
} from "./queries/notices.ts";
export { findOutsideEntry, markExecutionUntrusted, type OutsideEntry } from "./queries/outside-content.ts";
export {
  deletePartialText,
  listPartialTexts,
  type PartialTextRow,
  putPartialTexts,
} from "./queries/partial-texts.ts";
export {
  findRequestMessage,
  insertRequestMessage,
  listAskingExecutions,
  listMessagesOf,
  listOpenMessages,
  listSendings,
  listToldExecutions,
  listUnstartedClocks,
  type RequestMessageRow,
  type RequestSending,
  updateRequestMessage,
} from "./queries/request-messages.ts";
export { changeRuntimeValue, readRuntimeValue } from "./queries/runtime-values.ts";
export {
  beginFileWatch,
  endFileWatch,
  type FileWatchKey,
  forgetSeenFile,
  listFileWatches,
  listSeenFiles,
  noteSeenFile,
} from "./queries/seen-files.ts";
export { LONGEST_ASKED_DELAY_MS, SENDING_DELAYS_MS } from "./queries/sending-delays.ts";
export {
  claimSending,
  findDueSendings,
  findDueSendingsOf,
  findNextSending,
  recordSending,
  type SendingOutcome,
  type SendingTable,
} from "./queries/sendings.ts";
export { findServerUrl, putServerUrl } from "./queries/server-address.ts";
export {
  endSession,
  findActiveSession,
  hasAnyAccess,
  insertLoginLink,
  insertSession,
  type SessionRow,
  useLoginLink,
} from "./queries/sessions.ts";
export { lockBudget, noteSaid, sumCostOf, sumCostSince } from "./queries/spending.ts";
export { findStep, listStepsBefore, pageSteps } from "./queries/step-pages.ts";
export {
  completeStep,
  hasOpenSteps,
  insertSteps,
  listSteps,
  type NewStep,
  type StepRow,
  updateStep,
} from "./queries/steps.ts";
export {
  type ErrorJson,
  type ExecutionJson,
  type ExecutionWithStepsJson,
  type StepJson,
  toExecutionJson,
  toStepsJson,
} from "./record-json.ts";
export { type KeptReplyCall, keepReplyCall, readReplyCalls } from "./reply-calls.ts";
export { restoreStore } from "./restore-store.ts";
export {
  type CountByTable,
  countWholeExecutions,
  deleteExecutions,
  readWholeExecutions,
} from "./retention/delete-executions.ts";
export { type ExecutionParts, readExecutionParts } from "./retention/execution-parts.ts";
export { findPrunableExecutions } from "./retention/find-prunable-executions.ts";
export { deleteDeliveries, findPrunableDeliveries } from "./retention/prune-deliveries.ts";
export { deleteVersions, findPrunableVersions, listKeptVersions } from "./retention/prune-versions.ts";
export { prunesAnything, type RetentionPolicy } from "./retention/retention-policy.ts";
export {
  endRetention,
  type RetentionRecord,
  readRetentionRecord,
  takeRetentionLease,
} from "./retention/retention-record.ts";
export { sealEvents } from "./seal-events.ts";
export {
  APPROVAL_KINDS,
  APPROVAL_STATUSES,
  type ApprovalKind,
  type ApprovalStatus,
  type DeliveryStatus,
  EFFECTS,
  type Effect,
  type ExecutionStatus,
  type HandOutcome,
  type HandStatus,
  type MessageStatus,
  NODE_ROLES,
  NODE_STATES,
  type NodeRole,
  type NodeState,
  type StepKind,
  type StepStatus,
  type TroubleKind,
  type UnknownAnswer,
  type WaitReason,
} from "./states.ts";
export type { Store, StoreCapabilities, StoreChange, StoreTopic, StoreTransaction } from "./store.ts";
export type * from "./tables.ts";
export { abortTransfer } from "./transfer/abort-transfer.ts";
export { isRestored, lockRestoredMark, removeRestoredMark } from "./transfer/restored-mark.ts";
export type { TransferOptions, TransferredTable } from "./transfer/transfer-options.ts";
export type { TransferProgress } from "./transfer/transfer-progress.ts";
export { transferStore } from "./transfer/transfer-store.ts";
export { type ChainAnchor, type ChainVerdict, verifyEventChain } from "./verify-events.ts";

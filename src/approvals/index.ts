export { type AnswerInput, answerUnknown } from "./answer-unknown.ts";
export { type ApprovalJson, toApprovalJson } from "./approval-json.ts";
export {
  type ApprovalSweeper,
  type ApprovalSweeperParts,
  createApprovalSweeper,
  type SweepReport,
} from "./approval-sweeper.ts";
export { APPROVAL_TRANSITIONS, mayResolve, type ResolvedStatus } from "./approval-transitions.ts";
export {
  restartAutoApproveClocks,
  startAutoApproveClock,
  stopAutoApproveClocks,
} from "./auto-approve-clocks.ts";
export { hashBoundFiles } from "./bound-files.ts";
export { cancelPendingApprovals } from "./cancel-approvals.ts";
export { type CompileWhen, compileGates, mergeGates } from "./compile-gates.ts";
export {
  type DecisionInput,
  type DecisionParts,
  type DecisionResult,
  decideApproval,
} from "./decide-approval.ts";
export { decideCall } from "./decide-call.ts";
export { coversDelivery, decideDelivery } from "./decide-delivery.ts";
export { decideRequest } from "./decide-request.ts";
export { DEFAULT_EXPIRY_MS } from "./gate-approval.ts";
export { normaliseForHuman, normaliseJsonForHuman } from "./human-text.ts";
export { listRules, type RuleJson } from "./list-rules.ts";
export { assertMayDecide, EXECUTION_VARIABLE, isApprover } from "./may-decide.ts";
export { collectNamedFiles } from "./named-files.ts";
export { withdrawAutoApprovals } from "./outside-content.ts";
export { type Remember, type RuleArgs, type RuleCall, revokeRule } from "./remembered-rules.ts";
export {
  type ApprovalRequestInput,
  requestApproval,
  requestUnknown,
  type UnknownRequestInput,
} from "./request-approval.ts";
export { loadApproval, type Wake } from "./resolve-approval.ts";
export { readSentTo, type SentToJson } from "./sent-to.ts";
export { type CopyNote, settleCopiedStore, settleRestoredStore } from "./settle-copied-store.ts";
export type {
  ApprovalSubject,
  AskDecision,
  BoundFile,
  CompiledGate,
  DeliveryDecision,
  DeliveryQuestion,
  OperatorPolicy,
  PolicyDecision,
  PolicyQuestion,
  RequestQuestion,
} from "./types.ts";
export {
  type BindingDifference,
  type BindingVerdict,
  type EffectFacts,
  readBoundFiles,
  verifyBinding,
} from "./verify-binding.ts";

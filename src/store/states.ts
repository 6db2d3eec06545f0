/** Where an execution is on its way. */
export const EXECUTION_STATUSES = ["queued", "running", "waiting", "ended"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** Those of executions that have not ended. */
export const OPEN_STATUSES = EXECUTION_STATUSES.filter((status) => status !== "ended");

/** What an execution came to. `approval_pending` only while it waits for a human; null while it is queued or running. */
export const HAND_OUTCOMES = [
  "success",
  "failure",
  "approval_pending",
  "timeout",
  "skipped",
  "cancelled",
] as const;
export type HandOutcome = (typeof HAND_OUTCOMES)[number];

/** What a waiting execution waits for. */
export const WAIT_REASONS = ["approval", "unknown", "sleep", "budget"] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

/** What a hand is doing, as a whole. */
export const HAND_STATUSES = ["disabled", "idle", "scheduled", "running", "paused", "error"] as const;
export type HandStatus = (typeof HAND_STATUSES)[number];

/** `value` is a script's journaled clock, random number or id; it is no step that people are shown. */
export const STEP_KINDS = ["model", "tool", "wait", "delivery", "value"] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** The way of one journaled step; models and waits use only `executing`, `done`, `failed` and, for waits on a human, `awaiting`, `approved`, `denied`. */
export const STEP_STATUSES = [
  "proposed",
  "awaiting",
  "approved",
  "denied",
  "executing",
  "done",
  "failed",
  "unknown",
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

/** What a tool can do to the world. */
export const EFFECTS = ["read", "write", "destructive"] as const;
export type Effect = (typeof EFFECTS)[number];

/** The way of one request for a decision. */
export const APPROVAL_STATUSES = [
  "pending",
  "approved",
  "rejected",
  "expired",
  "auto_approved",
  "cancelled",
] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** `approval` asks whether an action may happen, `unknown` asks whether one has happened. */
export const APPROVAL_KINDS = ["approval", "unknown"] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** What a human says of a call whose effect is not known. */
export const UNKNOWN_ANSWERS = ["happened", "retry", "skip"] as const;
export type UnknownAnswer = (typeof UNKNOWN_ANSWERS)[number];

/** The way of one delivery. */
export const DELIVERY_STATUSES = [
  "waiting",
  "pending",
  "sending",
  "retrying",
  "delivered",
  "failed",
  "denied",
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What a process does for the others; `command` is one that runs what somebody asked for at a terminal. */
export const NODE_ROLES = ["scheduler", "worker", "server", "command"] as const;
export type NodeRole = (typeof NODE_ROLES)[number];

/** `outdated`: a newer program has changed the schema, so it takes no more work. `silent`: it has not been heard of. */
export const NODE_STATES = ["alive", "outdated", "silent", "stopped"] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** The way of one message of requests, and of one notice; `withdrawn`: what it was about was over before it was sent. */
export const MESSAGE_STATUSES = [
  "pending",
  "sending",
  "retrying",
  "delivered",
  "failed",
  "withdrawn",
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** What is wrong with a hand for longer than a moment, so that it is told once. */
export const TROUBLE_KINDS = ["failing", "broken"] as const;
export type TroubleKind = (typeof TROUBLE_KINDS)[number];

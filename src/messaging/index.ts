export { describeDecision, formatInstant } from "./describe-outcome.ts";
export { type Destination, listDestinations, listNoticeChannels } from "./destinations.ts";
export { Messaging, type MessagingParts } from "./messaging.ts";
export type { AlertSettings } from "./notice-courier.ts";
export { addNotice, type NewNotice } from "./notices.ts";
export { planRetry } from "./plan-retry.ts";
export type { DecisionLink, RemoteDecisions } from "./remote-decisions.ts";
export { describeRequest, formatArguments } from "./render-message.ts";
export { SENDING_LEASE_MS, SendingLoop } from "./sending-loop.ts";

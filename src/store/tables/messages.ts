import type { DeliveryStatus, MessageStatus } from "../states.ts";

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

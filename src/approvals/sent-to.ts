import { toIso } from "../core/index.ts";
import type { ApprovalRow, MessageStatus, Store } from "../store/index.ts";
import { listSendings } from "../store/index.ts";

/** Where a request was sent, as every face shows it. */
export interface SentToJson {
  readonly channel: string;
  /** Null where the channel has one place for everybody. */
  readonly recipient: string | null;
  readonly status: MessageStatus;
  /** ISO 8601 UTC; null where it has not arrived. */
  readonly sentAt: string | null;
  /** What went wrong last; null where nothing did. */
  readonly error: string | null;
}

/** Where requests were sent, by their ids; empty for what was sent nowhere. */
export async function readSentTo(
  store: Pick<Store, "db">,
  rows: readonly ApprovalRow[],
): Promise<(approvalId: string) => readonly SentToJson[]> {
  const sendings = await listSendings(store, rows);
  return (approvalId) =>
    (sendings.get(approvalId) ?? []).map(({ sentAt, ...sending }) => ({ ...sending, sentAt: toIso(sentAt) }));
}

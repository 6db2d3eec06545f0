import type { NoticeRow, StoreTransaction } from "../store/index.ts";
import { insertNotice } from "../store/index.ts";

/** Something to be said through every channel for notices. */
export interface NewNotice {
  /** What it is about: with the channel it is said once, however often it is asked for. */
  readonly key: string;
  readonly kind: NoticeRow["kind"];
  readonly title: string;
  readonly text: string;
  readonly url: string | null;
  readonly handName: string | null;
}

/** Puts a notice on its way to each channel, in the transaction of what it tells of. */
export async function addNotice(
  transaction: StoreTransaction,
  channels: readonly string[],
  notice: NewNotice,
): Promise<void> {
  for (const channel of channels) {
    await insertNotice(transaction, {
      id: transaction.ids.next(),
      notice_key: notice.key,
      channel,
      kind: notice.kind,
      title: notice.title,
      text: notice.text,
      url: notice.url,
      hand_name: notice.handName,
      status: "pending",
      attempts: 0,
      created_at: transaction.nowMs,
      next_attempt_at: transaction.nowMs,
    });
  }
}

import { DEFAULT_EXPIRY_MS } from "../approvals/index.ts";
import type { RequestButton } from "../channels/index.ts";
import type { Random } from "../core/index.ts";
import { sha256 } from "../core/index.ts";
import type { ApprovalRow, DecisionTokenRow, RequestMessageRow } from "../store/index.ts";

/** 128 random bits: 22 characters of base64url. */
const TOKEN_BYTES = 16;
const TOKEN_FORM = /^[A-Za-z0-9_-]{22}$/;

const LABELS = { approve: "Approve", reject: "Reject" } as const;

/** What is stored of a token. It is random, so a plain hash cannot be searched backwards. Null for a text that is no token. */
export function hashToken(token: string): string | null {
  return TOKEN_FORM.test(token) ? sha256(`hands:decision:${token}`) : null;
}

/** Buttons for one request, and the rows that stand for their secrets. */
export interface MintedButtons {
  readonly buttons: readonly RequestButton[];
  readonly rows: readonly DecisionTokenRow[];
}

/** Makes one button for each decision, bound to request, decision, channel, recipient and expiry. */
export function mintButtons(
  approval: ApprovalRow,
  row: Pick<RequestMessageRow, "id" | "channel" | "recipient">,
  parts: { readonly random: Random; readonly nowMs: number; readonly publicUrl: string | null },
): MintedButtons {
  const minted = (["approve", "reject"] as const).map((decision) => {
    const token = Buffer.from(parts.random.bytes(TOKEN_BYTES)).toString("base64url");
    return {
      button: {
        decision,
        label: LABELS[decision],
        token,
        url: parts.publicUrl === null ? null : `${parts.publicUrl}/decide/${token}`,
      },
      row: {
        token_hash: sha256(`hands:decision:${token}`),
        approval_id: approval.id,
        message_id: row.id,
        decision,
        channel: row.channel,
        recipient: row.recipient,
        created_at: parts.nowMs,
        expires_at: approval.expires_at ?? parts.nowMs + DEFAULT_EXPIRY_MS,
        used_at: null,
        used_by: null,
        used_by_name: null,
      },
    };
  });
  return { buttons: minted.map(({ button }) => button), rows: minted.map(({ row: stored }) => stored) };
}

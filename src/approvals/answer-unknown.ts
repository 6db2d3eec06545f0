import type { JsonValue } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { Store, UnknownAnswer } from "../store/index.ts";
import type { DecisionResult } from "./decide-approval.ts";
import { closeIfOver, describeLoss } from "./decide-approval.ts";
import type { Wake } from "./resolve-approval.ts";
import { loadApproval, lockApproval, resolveApproval } from "./resolve-approval.ts";

/** What a human says of a call whose effect is not known. */
export interface AnswerInput {
  readonly approvalId: string;
  readonly answer: UnknownAnswer;
  /** What the call gave, for `happened`. Default: null. */
  readonly result?: JsonValue;
  readonly by: string;
  readonly via: string;
  readonly note: string | null;
}

/**
 * Answers a question about an effect, once. `happened`: the call is done, with this result. `retry`: it is approved for one more
 * attempt under the same key. `skip`: the brain is told that nobody knows, and goes on.
 *
 * Throws: `approval_not_found`; `invalid_argument` for a request that is approved or rejected, and for a result of something that
 * did not happen.
 */
export async function answerUnknown(
  store: Store,
  input: AnswerInput,
  { wake }: { readonly wake: Wake },
): Promise<DecisionResult> {
  const row = await loadApproval(store, input.approvalId);
  if (row.kind !== "unknown") {
    throw new HandsError(
      "invalid_argument",
      `${row.id} asks whether something may happen; it is not answered`,
      {
        hint: `Decide it: \`hands approve ${row.id}\` or \`hands reject ${row.id}\`.`,
      },
    );
  }
  if (input.result !== undefined && input.answer !== "happened") {
    throw new HandsError("invalid_argument", `A result goes with "happened", not with "${input.answer}"`);
  }
  return await store.transaction(async (transaction) => {
    const locked = await lockApproval(transaction, input.approvalId);
    const closed = await closeIfOver(transaction, locked, wake);
    if (closed !== null) return closed;
    const approval = await resolveApproval(
      transaction,
      locked.row,
      {
        status: input.answer === "skip" ? "rejected" : "approved",
        by: input.by,
        via: input.via,
        note: input.note,
        condition: { openAt: null },
        answer: { word: input.answer, result: input.result ?? null },
      },
      wake,
    );
    return approval === null
      ? describeLoss(await loadApproval(transaction, input.approvalId))
      : { won: true, approval };
  });
}

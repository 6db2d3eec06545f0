import { HandsError } from "../core/index.ts";
import type { ModelClient, ModelReply } from "../models/index.ts";
import type { KeptReplyCall, NewStep, StepRow, StoreTransaction } from "../store/index.ts";
import { insertSteps, updateStep } from "../store/index.ts";
import type { RunContext } from "./run-context.ts";

/** A reply that came, and what its row says besides. */
export interface ReceivedReply {
  readonly index: number;
  readonly client: ModelClient;
  readonly startedAt: number;
  readonly reply: Omit<ModelReply, "toolCalls"> & { readonly toolCalls: readonly KeptReplyCall[] };
  /** Null where the price is not known. */
  readonly costUsd: number | null;
}

/** The step of a reply, done at the given instant. It takes the next place in the order of results. */
export function toReplyStep(run: RunContext, received: ReceivedReply, nowMs: number): NewStep {
  const { index, client, startedAt, reply, costUsd } = received;
  const { redactor } = run.parts;
  const { text, toolCalls, finishReason, insteadOf } = reply;
  return {
    execution_id: run.row.id,
    step_index: index,
    kind: "model",
    name: reply.answeredBy ?? client.name,
    status: "done",
    attempt: 1,
    started_at: startedAt,
    completed_at: nowMs,
    node_id: run.parts.nodeId,
    result_json: JSON.stringify(
      redactor.value({
        text,
        toolCalls: toolCalls.map((call) => ({ ...call })),
        finishReason,
        ...(insteadOf === undefined ? {} : { insteadOf }),
      }),
    ),
    detail_json: JSON.stringify(redactor.value(reply.raw)),
    input_tokens: reply.usage.inputTokens,
    output_tokens: reply.usage.outputTokens,
    cost_usd: costUsd,
    result_order: run.journal.takeResultOrder(),
  };
}

/** Writes a reply down: in the row that shows its question as under way, or in one of its own. */
export async function writeReply(
  run: RunContext,
  transaction: StoreTransaction,
  received: ReceivedReply,
): Promise<StepRow> {
  const { index } = received;
  const step = toReplyStep(run, received, transaction.nowMs);
  if (run.journal.find(index) !== undefined) {
    const { kind: _kind, attempt: _attempt, started_at: _startedAt, node_id: _nodeId, ...change } = step;
    const updated = await updateStep(transaction, step, ["executing"], change);
    if (updated !== null) return updated;
  }
  const [inserted] = await insertSteps(transaction, [step]);
  if (inserted === undefined) throw new HandsError("internal", `the reply of step ${index} was not written`);
  return inserted;
}

import { HandsError } from "../core/index.ts";
import type { ModelClient, ModelReply, ModelRequest } from "../models/index.ts";
import type { StepRow, StoreTransaction } from "../store/index.ts";
import { insertSteps, updateStep } from "../store/index.ts";
import { writeFenced } from "./fenced-write.ts";
import { showPartialText } from "./partial-text.ts";
import type { RunContext } from "./run-context.ts";
import { endOfBudgetDay, startOfBudgetDay, sumCostOf, sumCostSince } from "./spending.ts";

/** How long a question may take before followers are shown that it is under way. */
const SHOW_AFTER_MS = 250;

/** The day's money is spent: the execution is to wait until then. */
export class BudgetSpent extends Error {
  readonly freshAt: number;

  constructor(freshAt: number) {
    super("the day's budget is spent");
    this.name = "BudgetSpent";
    this.freshAt = freshAt;
  }
}

/**
 * Asks a model once, under the limits of tokens and money. The reply, its cost and whatever `record` writes besides commit together.
 *
 * Throws: `limit_reached`, `model_failed`, {@link BudgetSpent}, or the run's abort reason.
 */
export async function askModel(
  run: RunContext,
  client: ModelClient,
  request: ModelRequest,
  index: number,
  record: (transaction: StoreTransaction, reply: ModelReply) => Promise<readonly StepRow[]>,
  prepare: (reply: ModelReply) => Promise<void> = async () => {},
): Promise<ModelReply> {
  checkReplies(run);
  const reservedUsd = await reserve(run, client, request);
  const startedAt = run.parts.store.nowMs();
  const shown = showWhileAsking(run, client, index, startedAt);
  const words = showPartialText(run, index);
  const stream = run.parts.redactor.stream();
  const show = (text: string) => {
    if (text === "") return;
    run.onText(text);
    words.add(text);
  };
  let reply: ModelReply;
  try {
    reply = await client.generate(request, {
      signal: run.signal,
      onText: (text) => show(stream.add(text)),
    });
    show(stream.end());
  } catch (error) {
    if (reservedUsd > 0 && !run.signal.aborted) await release(run, reservedUsd);
    throw error;
  } finally {
    await shown.stop();
    await words.stop();
  }
  await prepare(reply);
  const costUsd = client.calculateCostUsd(reply.usage);
  await run.journal.commit(true, async (transaction) => {
    const step = await writeReply(run, transaction, client, index, startedAt, reply, costUsd);
    const others = await record(transaction, reply);
    await transaction.db
      .updateTable("hand_executions")
      .set((builder) => ({
        input_tokens: builder("input_tokens", "+", reply.usage.inputTokens),
        output_tokens: builder("output_tokens", "+", reply.usage.outputTokens),
        cost_usd: costUsd === null ? null : builder("cost_usd", "+", costUsd),
        reserved_cost_usd: builder("reserved_cost_usd", "-", reservedUsd),
      }))
      .where("id", "=", run.row.id)
      .execute();
    return [step, ...others];
  });
  return reply;
}

async function writeReply(
  run: RunContext,
  transaction: StoreTransaction,
  client: ModelClient,
  index: number,
  startedAt: number,
  reply: ModelReply,
  costUsd: number | null,
): Promise<StepRow> {
  const { redactor } = run.parts;
  const { text, toolCalls, finishReason } = reply;
  const change = {
    status: "done" as const,
    result_json: JSON.stringify(redactor.value({ text, toolCalls, finishReason })),
    detail_json: JSON.stringify(redactor.value(reply.raw)),
    completed_at: transaction.nowMs,
    input_tokens: reply.usage.inputTokens,
    output_tokens: reply.usage.outputTokens,
    cost_usd: costUsd,
    result_order: run.journal.takeResultOrder(),
  };
  const step = { execution_id: run.row.id, step_index: index };
  if (run.journal.find(index) !== undefined) {
    const updated = await updateStep(transaction, step, ["executing"], change);
    if (updated !== null) return updated;
  }
  const [inserted] = await insertSteps(transaction, [
    {
      ...step,
      kind: "model",
      name: client.name,
      started_at: startedAt,
      attempt: 1,
      node_id: run.parts.nodeId,
      ...change,
    },
  ]);
  if (inserted === undefined) throw new HandsError("internal", `the reply of step ${index} was not written`);
  return inserted;
}

/** Writes a row for a question that takes its time, so that followers see what is going on. */
function showWhileAsking(run: RunContext, client: ModelClient, index: number, startedAt: number) {
  let writing: Promise<unknown> = Promise.resolve();
  const timer = run.parts.clock.setTimer(run.journal.find(index) === undefined ? SHOW_AFTER_MS : 0, () => {
    if (run.journal.find(index) !== undefined) return;
    writing = run.journal
      .insert(false, [
        {
          execution_id: run.row.id,
          step_index: index,
          kind: "model",
          name: client.name,
          status: "executing",
          attempt: 1,
          started_at: startedAt,
          node_id: run.parts.nodeId,
        },
      ])
      // Only a sign of life: what must be known is found out by the commit of the reply.
      .catch(() => {});
  });
  return {
    stop: async () => {
      timer.cancel();
      await writing;
    },
  };
}

/** A script's questions count like a model brain's own replies. */
function checkReplies(run: RunContext): void {
  const { maxSteps } = run.today.limits;
  const replies = run.journal.steps.filter((step) => step.kind === "model" && step.status === "done").length;
  if (replies >= maxSteps) {
    throw limitReached("max_steps", `the model was asked ${replies} times and is not done`);
  }
}

/**
 * Sets the greatest cost of the call aside, so that many at once cannot pass a limit together. Gives what was set aside, in US dollars: 0
 * where no limit needs it.
 */
async function reserve(run: RunContext, client: ModelClient, request: ModelRequest): Promise<number> {
  const { limits } = run.today;
  const used = run.journal.steps.reduce((sum, step) => sum + step.input_tokens + step.output_tokens, 0);
  if (limits.maxTokens !== null && used >= limits.maxTokens) {
    throw limitReached("max_tokens", `it used ${used} of ${limits.maxTokens} tokens`);
  }
  if (limits.maxCostUsd === null && limits.maxCostUsdPerDay === null) return 0;
  const greatest = client.calculateCostUsd(client.estimateGreatestUsage(request));
  if (greatest === null) {
    throw limitReached(
      limits.maxCostUsd === null ? "max_cost_usd_per_day" : "max_cost_usd",
      `the price of ${client.name} is not known, so a cost limit cannot be kept`,
    );
  }
  if (limits.maxCostUsdPerDay !== null && greatest > limits.maxCostUsdPerDay) {
    // No midnight would change that.
    throw limitReached(
      "max_cost_usd_per_day",
      `one reply may cost $${greatest.toFixed(4)}, of $${limits.maxCostUsdPerDay} for the whole day`,
    );
  }
  await writeFenced(run.parts, run.lease, false, async (transaction) => {
    const spent = await sumCostOf(transaction, run.row.id);
    if (limits.maxCostUsd !== null && spent + greatest > limits.maxCostUsd) {
      throw limitReached(
        "max_cost_usd",
        `it spent or set aside $${spent.toFixed(4)} and the next reply may cost $${greatest.toFixed(4)}, of $${limits.maxCostUsd}`,
      );
    }
    if (limits.maxCostUsdPerDay !== null) {
      const today = await sumCostSince(
        transaction,
        run.row.hand_name,
        startOfBudgetDay(run.today, transaction.nowMs),
      );
      if (today + greatest > limits.maxCostUsdPerDay) {
        throw new BudgetSpent(endOfBudgetDay(run.today, transaction.nowMs));
      }
    }
    await transaction.db
      .updateTable("hand_executions")
      .set((builder) => ({ reserved_cost_usd: builder("reserved_cost_usd", "+", greatest) }))
      .where("id", "=", run.row.id)
      .execute();
  });
  return greatest;
}

/** A call that failed gives back what was set aside for it. */
async function release(run: RunContext, reservedUsd: number): Promise<void> {
  await writeFenced(run.parts, run.lease, false, async (transaction) => {
    await transaction.db
      .updateTable("hand_executions")
      .set((builder) => ({ reserved_cost_usd: builder("reserved_cost_usd", "-", reservedUsd) }))
      .where("id", "=", run.row.id)
      .execute();
  });
}

function limitReached(limit: string, what: string): HandsError {
  return new HandsError("limit_reached", `${limit}: ${what}`, {
    details: { limit },
    hint: `Raise limits.${limit} in HAND.toml if the hand is to go on.`,
  });
}

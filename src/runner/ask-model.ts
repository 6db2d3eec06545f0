import { HandsError } from "../core/index.ts";
import type { ModelClient, ModelReply, ModelRequest } from "../models/index.ts";
import type { KeptReplyCall, StepRow, StoreTransaction } from "../store/index.ts";
import { completeStep, insertSteps, keepReplyCall, sumCostOf } from "../store/index.ts";
import {
  BudgetSpent,
  listDayBudgets,
  passesWarning,
  readLockedBudget,
  sayOfExecution,
  sayReached,
  warnOfBudgets,
} from "./budgets.ts";
import { writeFenced } from "./fenced-write.ts";
import type { RunContext } from "./run-context.ts";
import { toReplyStep, writeReply } from "./write-reply.ts";

/** How long a question may take before followers are shown that it is under way. */
const SHOW_AFTER_MS = 250;

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
  {
    prepare = keepAll,
    mayAnswerWait = false,
  }: {
    /** What is kept of the reply's calls. Default: as they are. */
    readonly prepare?: (reply: ModelReply) => Promise<readonly KeptReplyCall[]>;
    /** May a reply without calls wait for the next commit? Default: false. */
    readonly mayAnswerWait?: boolean;
  } = {},
): Promise<ModelReply> {
  checkReplies(run);
  const reservedUsd = await reserve(run, client, request);
  const startedAt = run.parts.store.nowMs();
  const shown = showWhileAsking(run, client, index, startedAt);
  const words = run.texts.open({
    executionId: run.row.id,
    handName: run.row.hand_name,
    stepIndex: index,
  });
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
  const toolCalls = await prepare(reply);
  const costUsd = client.calculateCostUsd(reply.usage, reply.answeredBy);
  const { inputTokens, outputTokens } = reply.usage;
  const usage = { inputTokens, outputTokens, costUsd, reservedUsd };
  const received = { index, client, startedAt, reply: { ...reply, toolCalls }, costUsd };
  const isAnswer = toolCalls.length === 0 && run.journal.find(index) === undefined;
  // Where money is limited, what a reply cost counts at once.
  if (mayAnswerWait && isAnswer && !isMoneyLimited(run)) {
    const nowMs = run.parts.store.nowMs();
    const step = completeStep(nowMs, toReplyStep(run, received, nowMs));
    run.journal.defer(step, (transaction) => insertSteps(transaction, [step]), usage);
    return reply;
  }
  await run.journal.commit(
    true,
    async (transaction) => {
      const step = await writeReply(run, transaction, received);
      const others = await record(transaction, reply);
      await warn(run, transaction, costUsd ?? 0);
      return [step, ...others];
    },
    usage,
  );
  return reply;
}

async function keepAll({ toolCalls }: ModelReply): Promise<readonly KeptReplyCall[]> {
  return toolCalls.map((call) => keepReplyCall(call, null));
}

/** Writes a row for a question that takes its time, so that followers see what is going on. */
function showWhileAsking(run: RunContext, client: ModelClient, index: number, startedAt: number) {
  let writing: Promise<unknown> = Promise.resolve();
  const timer = run.parts.clock.setTimer(run.journal.find(index) === undefined ? SHOW_AFTER_MS : 0, () => {
    if (run.journal.find(index) !== undefined) {
      writing = run.journal.flush().catch(() => {});
      return;
    }
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

function isMoneyLimited({ today, parts }: RunContext): boolean {
  const { maxCostUsd, maxCostUsdPerDay } = today.limits;
  return maxCostUsd !== null || maxCostUsdPerDay !== null || parts.limits.maxCostUsdPerDay !== null;
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
  if (!isMoneyLimited(run)) return 0;
  const dayBudgets = listDayBudgets(run.today, run.parts.limits, run.parts.store.nowMs());
  const greatest = client.calculateCostUsd(client.estimateGreatestUsage(request));
  if (greatest === null) {
    throw limitReached(
      limits.maxCostUsd === null ? "max_cost_usd_per_day" : "max_cost_usd",
      `the price of ${client.name} is not known, so a cost limit cannot be kept`,
      "Write its price in [model.prices] of hands.toml, or take the limit away.",
    );
  }
  const tooSmall = dayBudgets.find((budget) => greatest > budget.limitUsd);
  if (tooSmall !== undefined) {
    // No midnight would change that.
    throw limitReached(
      "max_cost_usd_per_day",
      `one reply may cost $${greatest.toFixed(4)}, of $${tooSmall.limitUsd} for the whole day of ${tooSmall.scope === "hand" ? "the hand" : "the project"}`,
      SHORTER_REPLIES,
    );
  }
  const refusal = await writeFenced(run.parts, run.lease, false, (transaction) =>
    setAside(run, transaction, greatest),
  );
  if (refusal !== null) throw refusal;
  return greatest;
}

/** Gives why there is no room for the call, or null where its greatest cost is now set aside. What is said of it commits in either case. */
async function setAside(
  run: RunContext,
  transaction: StoreTransaction,
  greatest: number,
): Promise<HandsError | BudgetSpent | null> {
  const { maxCostUsd } = run.today.limits;
  const spentUsd = maxCostUsd === null ? 0 : await sumCostOf(transaction, run.row.id);
  if (maxCostUsd !== null && spentUsd + greatest > maxCostUsd) {
    const execution = { id: run.row.id, handName: run.row.hand_name };
    await sayOfExecution(transaction, "budget.reached", execution, { limitUsd: maxCostUsd, spentUsd });
    return limitReached(
      "max_cost_usd",
      `it spent or set aside $${spentUsd.toFixed(4)} and the next reply may cost $${greatest.toFixed(4)}, of $${maxCostUsd}`,
      SHORTER_REPLIES,
    );
  }
  // The hand's before the project's: everybody who locks both does so in this order.
  for (const budget of listDayBudgets(run.today, run.parts.limits, transaction.nowMs)) {
    const state = await readLockedBudget(transaction, budget);
    if (state.spentUsd + state.reservedUsd + greatest <= budget.limitUsd) continue;
    await sayReached(transaction, state, run.row.id);
    return new BudgetSpent(budget);
  }
  await transaction.db
    .updateTable("hand_executions")
    .set((builder) => ({ reserved_cost_usd: builder("reserved_cost_usd", "+", greatest) }))
    .where("id", "=", run.row.id)
    .execute();
  return null;
}

/** Says of each budget that this reply took over 80 % of it. */
async function warn(run: RunContext, transaction: StoreTransaction, costUsd: number): Promise<void> {
  if (costUsd === 0) return;
  const { maxCostUsd } = run.today.limits;
  const beforeUsd = run.journal.steps.reduce((sum, step) => sum + (step.cost_usd ?? 0), 0);
  const spentUsd = beforeUsd + costUsd;
  if (maxCostUsd !== null && passesWarning(maxCostUsd, beforeUsd, spentUsd)) {
    const execution = { id: run.row.id, handName: run.row.hand_name };
    await sayOfExecution(transaction, "budget.warned", execution, { limitUsd: maxCostUsd, spentUsd });
  }
  const dayBudgets = listDayBudgets(run.today, run.parts.limits, transaction.nowMs);
  await warnOfBudgets(transaction, dayBudgets, run.row.id);
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

const SHORTER_REPLIES =
  "Or lower model.max_output_tokens, by which the greatest cost of a reply is reckoned.";

function limitReached(limit: string, what: string, remedy = ""): HandsError {
  const raise = `Raise limits.${limit} in HAND.toml (or hands.toml) if the hand is to go on.`;
  return new HandsError("limit_reached", `${limit}: ${what}`, {
    details: { limit },
    hint: remedy === "" ? raise : `${raise} ${remedy}`,
  });
}

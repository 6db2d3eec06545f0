import type { ModelReply, ModelToolCall } from "../models/index.ts";
import { askModel } from "./ask-model.ts";
import type { BrainResult } from "./brain-result.ts";
import { BudgetSpent } from "./budgets.ts";
import { isBlocked } from "./execution-transitions.ts";
import { OpenCalls } from "./open-calls.ts";
import type { PreparedCall } from "./prepare-call.ts";
import { prepareCall } from "./prepare-call.ts";
import { buildMessages, buildSystemPrompt, correctLast } from "./prompt.ts";
import type { CallPlace } from "./record-calls.ts";
import { recordCalls } from "./record-calls.ts";
import type { RunContext } from "./run-context.ts";

/**
 * The loop of a model brain: ask, write down the reply with its calls, make the calls, ask again. The model is asked again only when every
 * call of the step has a result; calls that need nobody run at once, beside those that wait.
 */
export async function runModelBrain(run: RunContext): Promise<BrainResult> {
  const client = run.parts.models.resolve(run.version.config.model.name, run.version.config.model.fallback);
  const calls = new OpenCalls(run);
  try {
    for (;;) {
      await makeCalls(run, calls);
      if (run.journal.open.some((step) => isBlocked(step.status))) return { kind: "blocked", budget: null };
      const last = run.journal.steps.findLast((step) => step.kind === "model" && step.status === "done");
      const reply = last?.result_json == null ? null : (JSON.parse(last.result_json) as StoredReply);
      if (reply !== null && reply.toolCalls.length === 0) {
        const correction = correctLast(run);
        if (correction === null) return conclude(reply);
        if (correction.isRepeated) {
          return correction.failure === null
            ? conclude(reply)
            : { kind: "failed", error: correction.failure };
        }
      }
      await askOnce(run, client, calls);
    }
  } catch (error) {
    if (error instanceof BudgetSpent) return { kind: "blocked", budget: error.budget };
    throw error;
  } finally {
    await calls.drain();
  }
}

type StoredReply = Pick<ModelReply, "text" | "toolCalls" | "finishReason">;

/** Makes every call that can be made, those that are decided meanwhile too. */
async function makeCalls(run: RunContext, calls: OpenCalls): Promise<void> {
  // Taken before each look: what comes while it looks is news as well.
  let news = run.waitForNews();
  await run.journal.acknowledgeDecisions();
  for (;;) {
    calls.startReady();
    if (calls.size === 0) return;
    const hasNews = await Promise.race([calls.waitForOne().then(() => false), news.then(() => true)]);
    if (!hasNews) continue;
    news = run.waitForNews();
    await run.journal.refresh();
    await run.journal.acknowledgeDecisions();
  }
}

async function askOnce(
  run: RunContext,
  client: ReturnType<RunContext["parts"]["models"]["resolve"]>,
  calls: OpenCalls,
) {
  const index = run.journal.open.find(
    (step) => step.kind === "model" && step.status === "executing",
  )?.step_index;
  const turnIndex = index ?? run.journal.takeIndex();
  const { model, output } = run.version.config;
  let prepared: { place: CallPlace; prepared: PreparedCall }[] = [];
  await askModel(
    run,
    client,
    {
      system: buildSystemPrompt(run),
      messages: buildMessages(run),
      tools: [...run.tools.values()].map(({ descriptor }) => ({
        name: descriptor.name,
        description: descriptor.description,
        inputSchema: descriptor.inputSchema,
      })),
      temperature: model.temperature,
      maxOutputTokens: model.maxOutputTokens,
      format: output.format === "json" ? "json" : "text",
    },
    turnIndex,
    (transaction) => recordCalls(run, transaction, prepared),
    async (reply) => {
      prepared = await Promise.all(
        reply.toolCalls.map(async (call) => ({
          place: { index: run.journal.takeIndex(), name: call.name, turnIndex, callId: call.callId },
          prepared: await prepareModelCall(run, call),
        })),
      );
    },
  );
  for (const { place, prepared: call } of prepared) if (call.kind === "run") calls.startOwn(place.index);
}

async function prepareModelCall(run: RunContext, call: ModelToolCall): Promise<PreparedCall> {
  if (call.args !== null) return await prepareCall(run, call.name, call.args);
  return {
    kind: "refused",
    status: "failed",
    tool: run.tools.get(call.name) ?? null,
    args: run.parts.redactor.text(call.rawArgs),
    argsHash: null,
    error: {
      code: "tool_arguments",
      message: "the arguments are not a JSON object; write one, as the schema says",
    },
  };
}

/** A reply without calls is the end: the output, where the model was let finish. */
function conclude(reply: StoredReply): BrainResult {
  switch (reply.finishReason) {
    case "length":
      return failed("limit_reached", "max_output_tokens: the model's answer was cut off before its end");
    case "content_filter":
      return failed("model_failed", "the provider's content filter stopped the model's answer");
    case "error":
      return failed("model_failed", "the model's answer ended with an error");
    default:
      return { kind: "finished", output: reply.text };
  }
}

function failed(code: "limit_reached" | "model_failed", message: string): BrainResult {
  return { kind: "failed", error: { code, message } };
}

import type { ModelRequest, ModelToolCall } from "../models/index.ts";
import { keepReplyCall } from "../store/index.ts";
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
import type { StoredReply } from "./stored-reply.ts";
import { readReply } from "./stored-reply.ts";

/**
 * The loop of a model brain: ask, write down the reply with its calls, make the calls, ask again. The model is asked again only when every
 * call of the step has a result; calls that need nobody run at once, beside those that wait.
 */
export async function runModelBrain(run: RunContext): Promise<BrainResult> {
  const client = run.parts.models.resolve(run.version.config.model.name, run.version.config.model.fallback);
  const calls = new OpenCalls(run, { mayReadsWait: true });
  const frame = createFrame(run);
  try {
    for (;;) {
      await makeCalls(run, calls);
      if (run.journal.open.some((step) => isBlocked(step.status))) return { kind: "blocked", budget: null };
      const last = run.journal.steps.findLast((step) => step.kind === "model" && step.status === "done");
      const reply = last?.result_json == null ? null : readReply(last, run.journal.callsOf(last.step_index));
      if (reply !== null && reply.toolCalls.length === 0) {
        const correction = correctLast(run);
        if (correction === null) return conclude(reply);
        if (correction.isRepeated) {
          return correction.failure === null
            ? conclude(reply)
            : { kind: "failed", error: correction.failure };
        }
        await run.journal.flush();
      }
      await askOnce(run, client, calls, frame);
    }
  } catch (error) {
    if (error instanceof BudgetSpent) return { kind: "blocked", budget: error.budget };
    throw error;
  } finally {
    await calls.drain();
  }
}

/** Makes every call that can be made, those that are decided meanwhile too. */
async function makeCalls(run: RunContext, calls: OpenCalls): Promise<void> {
  // Taken before each look: what comes while it looks is news as well.
  let news = run.waitForNews();
  await run.journal.acknowledgeDecisions();
  for (;;) {
    calls.startReady();
    if (calls.size === 0) return;
    // What is there is shown while others take their time.
    await run.journal.flush();
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
  frame: Omit<ModelRequest, "messages">,
) {
  const index = run.journal.open.find(
    (step) => step.kind === "model" && step.status === "executing",
  )?.step_index;
  const turnIndex = index ?? run.journal.takeIndex();
  let prepared: { place: CallPlace; prepared: PreparedCall }[] = [];
  await askModel(
    run,
    client,
    { ...frame, messages: buildMessages(run) },
    turnIndex,
    (transaction) => recordCalls(run, transaction, prepared),
    {
      mayAnswerWait: true,
      prepare: async (reply) => {
        prepared = await Promise.all(
          reply.toolCalls.map(async (call) => ({
            place: { index: run.journal.takeIndex(), name: call.name, turnIndex, callId: call.callId },
            prepared: await prepareModelCall(run, call),
          })),
        );
        return reply.toolCalls.map((call, place) =>
          keepReplyCall(call, readSettledArgs(prepared[place]?.prepared)),
        );
      },
    },
  );
  for (const { place, prepared: call } of prepared) if (call.kind === "run") calls.startOwn(place.index);
}

/** The arguments of a call that no human can edit any more. */
function readSettledArgs(call: PreparedCall | undefined): string | null {
  return call?.kind === "run" ? JSON.stringify(call.args) : null;
}

/** What is the same in every question of an execution. */
function createFrame(run: RunContext): Omit<ModelRequest, "messages"> {
  const { model, output } = run.version.config;
  return {
    system: buildSystemPrompt(run),
    tools: [...run.tools.values()].map(({ descriptor }) => ({
      name: descriptor.name,
      description: descriptor.description,
      inputSchema: descriptor.inputSchema,
    })),
    temperature: model.temperature,
    maxOutputTokens: model.maxOutputTokens,
    format: output.format === "json" ? "json" : "text",
  };
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

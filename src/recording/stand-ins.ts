import type { HandCode, HandCodeHost, ScriptRun } from "../code/index.ts";
import type { JsonObject } from "../core/index.ts";
import { HandsError, isPlainObject } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { serverOf } from "../manifest/index.ts";
import type { ModelProvider, RecordedModel, RecordedReply } from "../models/index.ts";
import { createRecordedModel } from "../models/index.ts";
import type { CallableTool, McpHost, ToolOrigin } from "../tools/index.ts";
import type { RecordedResults } from "./recorded-results.ts";
import { toError } from "./recorded-results.ts";
import type { RecordedStep, Recording } from "./types.ts";

/** A tool that reads, checks and is judged as the real one, and gives recorded results. */
export function standInForTool(tool: CallableTool, results: RecordedResults): CallableTool {
  return {
    descriptor: tool.descriptor,
    parse: (args) => tool.parse(args),
    files: (args) => tool.files(args),
    execute: async (args, { idempotencyKey, signal, noteOutside }) => {
      const recorded = results.take(readIndex(idempotencyKey), tool.descriptor.name, args);
      if (recorded.isUntrusted === true) noteOutside();
      return await results.answer(recorded, signal);
    },
  };
}

/** `execution:step:index`. */
function readIndex(idempotencyKey: string): number {
  return Number(idempotencyKey.slice(idempotencyKey.lastIndexOf(":") + 1));
}

/** Tools that a hand names and nobody here has: known by what was recorded of them. */
export function createMissingTools(
  hand: HandConfig,
  recording: Recording,
  known: readonly CallableTool[],
  servers: readonly string[],
  results: RecordedResults,
): readonly CallableTool[] {
  const named = [...hand.toolsRequired, ...hand.toolsOptional].map(({ name }) => name);
  const names = new Set(named.filter((name) => serverOf(name, servers) === null));
  for (const { descriptor } of known) names.delete(descriptor.name);
  return [...names].map((name) => createRecordedTool(name, "hand", recording, results));
}

/** A tool of which nothing is known but what was recorded of it. */
function createRecordedTool(
  name: string,
  origin: ToolOrigin,
  recording: Recording,
  results: RecordedResults,
): CallableTool {
  const step = recording.steps.find((candidate) => candidate.kind === "tool" && candidate.name === name);
  const effect = step?.kind === "tool" ? step.effect : null;
  return standInForTool(
    {
      descriptor: {
        name,
        description: name,
        effect: effect === "read" || effect === "write" ? effect : "destructive",
        action: null,
        isIdempotent: false,
        confinedTo: null,
        isUntrusted: true,
        timeoutMs: 120_000,
        origin,
        inputSchema: { type: "object" },
        version: "recorded",
      },
      parse: async (args) =>
        isPlainObject(args)
          ? { ok: true, args: args as JsonObject }
          : { ok: false, message: "the arguments are not an object" },
      files: () => [],
      execute: async () => null,
    },
    results,
  );
}

/** MCP servers that are not started: each offers the tools that were called in the recording. */
export function standInForServers(recording: Recording, results: RecordedResults): McpHost {
  const called = new Set(recording.steps.flatMap((step) => (step.kind === "tool" ? [step.name] : [])));
  return {
    use: ({ name }) => ({
      name,
      isPartial: true,
      listTools: async () =>
        [...called]
          .filter((tool) => tool.startsWith(`${name}.`))
          .map((tool) => createRecordedTool(tool, "mcp", recording, results)),
      onChange() {},
      release() {},
    }),
    listRunning: () => [],
    async stop() {},
  };
}

/** The hand's real code, of which nothing but the script's own lines runs: its tools and steps give recorded results. */
export function standInForCode(host: HandCodeHost, results: RecordedResults): HandCodeHost {
  return {
    async load(version) {
      const code = await host.load(version);
      const standIn: HandCode = {
        hasScript: code.hasScript,
        tools: code.tools.map((tool) => standInForTool(tool, results)),
        startScript: (start) => standInForScript(code.startScript(start), results),
      };
      return standIn;
    },
    stop: () => host.stop(),
  };
}

function standInForScript(script: ScriptRun, results: RecordedResults): ScriptRun {
  const names = new Map<number, string>();
  return {
    async next() {
      const message = await script.next();
      if (message.type === "call" && message.call.kind === "step")
        names.set(message.index, message.call.name);
      return message;
    },
    deliver: (index, outcome) => script.deliver(index, outcome),
    runStep: async (index, signal) =>
      await results.answer(results.take(index, names.get(index) ?? "", null), signal),
    drop: () => script.drop(),
  };
}

type ModelStep = Extract<RecordedStep, { kind: "model" }>;

/** The model of a recording, whatever model is asked for. */
export function createRecordedModels(
  recording: Recording,
  results: RecordedResults,
): { readonly models: ModelProvider; readonly model: RecordedModel; readonly steps: readonly ModelStep[] } {
  const steps = recording.steps.filter(
    (step): step is ModelStep => step.kind === "model" && (step.reply !== null || step.error !== null),
  );
  const model = createRecordedModel({
    replies: steps.map((step) => ({ asked: step.asked, outcome: toOutcome(step) })),
    exhausted: () => {
      // What ended the recording ends this run too; else it asks more than was recorded.
      if (recording.outcome === "failure" && recording.error !== null) return toError(recording.error);
      results.noteMissing();
      return new HandsError("model_failed", "the recording has no further reply of the model");
    },
    waitForTurn: (place, signal) => results.waitForTurn(steps[place]?.order ?? null, signal),
  });
  return { model, steps, models: { resolve: () => model, explainMissing: () => null } };
}

function toOutcome({ name, reply, error }: ModelStep): RecordedReply["outcome"] {
  if (reply === null) return { failure: toError(error) };
  const { text, toolCalls, finishReason, inputTokens, outputTokens } = reply;
  return {
    reply: {
      text,
      toolCalls: toolCalls.map((call) => ({
        ...call,
        rawArgs: call.rawArgs ?? JSON.stringify(call.args),
      })),
      finishReason,
      usage: { inputTokens, outputTokens },
      usageIsEstimated: false,
      raw: null,
      answeredBy: name,
    },
  };
}

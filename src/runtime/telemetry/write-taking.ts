import type { Attributes, Context } from "@opentelemetry/api";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { isPlainObject } from "../../core/index.ts";
import type { ApprovalRow, ExecutionRow, StepRow } from "../../store/index.ts";
import type { Exporters } from "./create-exporters.ts";

/** From when a process took an execution until it ended or waited: what is one `invoke_agent` span. */
export interface Taking {
  readonly execution: ExecutionRow;
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of this taking alone, and over. */
  readonly steps: readonly StepRow[];
  readonly approvals: readonly ApprovalRow[];
  /** What it came to: an outcome, or why it waits. */
  readonly result: { readonly outcome: string | null; readonly waitReason: string | null };
}

/** Makes instruments once, and gives what writes a taking's spans and figures, with the times of the journal. */
export function createTakingWriter(exporters: Exporters, capturesContent: boolean) {
  const { tracer, meter } = exporters;
  const tokens = meter.createHistogram("gen_ai.client.token.usage", {
    unit: "{token}",
    description: "Tokens of one model call",
    advice: { explicitBucketBoundaries: Array.from({ length: 14 }, (_, power) => 4 ** power) },
  });
  const durations = meter.createHistogram("gen_ai.client.operation.duration", {
    unit: "s",
    description: "Duration of one model call",
    advice: { explicitBucketBoundaries: Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power) },
  });

  function writeStep(step: StepRow, approval: ApprovalRow | undefined, parent: Context): void {
    const isModel = step.kind === "model";
    const errorType = readErrorType(step);
    const span = tracer.startSpan(
      `${isModel ? "chat" : "execute_tool"} ${isModel ? splitModel(step.name).model : step.name}`,
      {
        kind: isModel ? SpanKind.CLIENT : SpanKind.INTERNAL,
        startTime: step.started_at ?? step.created_at,
        attributes: {
          ...(isModel ? describeChat(step) : describeTool(step, approval)),
          ...(capturesContent ? readContent(step) : {}),
          ...(errorType === null ? {} : { "error.type": errorType }),
          "hands.step.index": step.step_index,
        },
      },
      parent,
    );
    if (errorType !== null) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(step.completed_at ?? step.created_at);
    if (isModel) recordFigures(step, errorType);
  }

  function recordFigures(step: StepRow, errorType: string | null): void {
    const { provider, model } = splitModel(step.name);
    const common = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": provider,
      "gen_ai.request.model": model,
    };
    const durationMs = (step.completed_at ?? 0) - (step.started_at ?? step.created_at);
    durations.record(durationMs / 1000, {
      ...common,
      ...(errorType === null ? {} : { "error.type": errorType }),
    });
    if (errorType !== null) return;
    tokens.record(step.input_tokens, { ...common, "gen_ai.token.type": "input" });
    tokens.record(step.output_tokens, { ...common, "gen_ai.token.type": "output" });
  }

  return (taking: Taking): void => {
    const { execution, result } = taking;
    exporters.setExecution(execution.id);
    const isFailed = result.outcome === "failure" || result.outcome === "timeout";
    const span = tracer.startSpan(
      `invoke_agent ${execution.hand_name}`,
      {
        kind: SpanKind.INTERNAL,
        startTime: taking.startedAt,
        attributes: {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.agent.id": execution.hand_name,
          "gen_ai.agent.name": execution.hand_name,
          ...(execution.version_hash === null ? {} : { "gen_ai.agent.version": execution.version_hash }),
          "hands.execution.id": execution.id,
          "hands.execution.trigger": execution.trigger,
          "hands.execution.attempt": taking.attempt,
          ...(result.outcome === null ? {} : { "hands.execution.outcome": result.outcome }),
          ...(result.waitReason === null ? {} : { "hands.execution.wait_reason": result.waitReason }),
          ...(isFailed ? { "error.type": execution.error_code ?? result.outcome ?? "_OTHER" } : {}),
        },
      },
      ROOT_CONTEXT,
    );
    for (const approval of taking.approvals) {
      if (approval.created_at < taking.startedAt || approval.created_at > taking.endedAt) continue;
      const attributes = { "hands.approval.id": approval.id, "hands.approval.action": approval.action };
      span.addEvent("hands.approval.requested", attributes, approval.created_at);
    }
    if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
    const parent = trace.setSpan(ROOT_CONTEXT, span);
    for (const step of taking.steps) {
      writeStep(
        step,
        taking.approvals.find(({ id }) => id === step.approval_id),
        parent,
      );
    }
    span.end(taking.endedAt);
  };
}

function describeChat(step: StepRow): Attributes {
  const { provider, model } = splitModel(step.name);
  const reply = readJson(step.result_json);
  const reason = isPlainObject(reply) ? reply["finishReason"] : undefined;
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": model,
    "gen_ai.usage.input_tokens": step.input_tokens,
    "gen_ai.usage.output_tokens": step.output_tokens,
    ...(typeof reason === "string" ? { "gen_ai.response.finish_reasons": [reason] } : {}),
    ...(step.cost_usd === null ? {} : { "hands.cost_usd": step.cost_usd }),
  };
}

function describeTool(step: StepRow, approval: ApprovalRow | undefined): Attributes {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": step.name,
    "gen_ai.tool.type": "function",
    ...(step.call_id === null ? {} : { "gen_ai.tool.call.id": step.call_id }),
    ...(step.effect === null ? {} : { "hands.tool.effect": step.effect }),
    ...(approval === undefined
      ? {}
      : { "hands.approval.id": approval.id, "hands.approval.status": approval.status }),
  };
}

/** What was said, as the journal has it: without secrets. */
function readContent(step: StepRow): Attributes {
  if (step.kind === "model")
    return step.result_json === null ? {} : { "gen_ai.output.messages": step.result_json };
  return {
    ...(step.args_json === null ? {} : { "gen_ai.tool.call.arguments": step.args_json }),
    ...(step.result_json === null ? {} : { "gen_ai.tool.call.result": step.result_json }),
  };
}

function readErrorType(step: StepRow): string | null {
  if (step.status !== "failed") return null;
  const error = readJson(step.error_json);
  return isPlainObject(error) && typeof error["code"] === "string" ? error["code"] : "_OTHER";
}

function readJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function splitModel(name: string): { readonly provider: string; readonly model: string } {
  const slash = name.indexOf("/");
  if (slash === -1) return { provider: "_OTHER", model: name };
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}

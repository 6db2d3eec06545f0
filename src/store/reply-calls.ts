import type { JsonObject } from "../core/index.ts";
import type { StepRow } from "./queries/steps.ts";

/** A call as a model wrote it. */
export interface ReplyCall {
  readonly callId: string;
  readonly name: string;
  /** Null where the model wrote something that is no JSON object; `rawArgs` has it. */
  readonly args: JsonObject | null;
  readonly rawArgs: string;
}

/** A call as the row of its reply keeps it: what stands with the call's own step, word for word, is not kept twice. */
export type KeptReplyCall = Pick<ReplyCall, "callId" | "name"> & Partial<ReplyCall>;

/**
 * What the row of a reply keeps of a call. `stepArgs`: the arguments as the call's step has them for good, as JSON; null where it has none, or
 * where a human may edit them.
 */
export function keepReplyCall(call: ReplyCall, stepArgs: string | null): KeptReplyCall {
  const { callId, name, args } = call;
  if (args === null) return call;
  return JSON.stringify(args) === stepArgs ? { callId, name } : { callId, name, args };
}

/** The calls of a reply as the model wrote them; `steps` are those of its calls. */
export function readReplyCalls(
  kept: readonly KeptReplyCall[],
  steps: readonly Pick<StepRow, "call_id" | "args_json">[],
): readonly ReplyCall[] {
  return kept.map((call) => {
    const args = call.args === undefined ? readStepArgs(call, steps) : call.args;
    return { callId: call.callId, name: call.name, args, rawArgs: call.rawArgs ?? JSON.stringify(args) };
  });
}

function readStepArgs(
  { callId }: KeptReplyCall,
  steps: readonly Pick<StepRow, "call_id" | "args_json">[],
): JsonObject | null {
  const step = steps.find((candidate) => candidate.call_id === callId);
  return step?.args_json == null ? null : (JSON.parse(step.args_json) as JsonObject);
}

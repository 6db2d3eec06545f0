import type { ModelReply } from "../models/index.ts";
import type { KeptReplyCall, StepRow } from "../store/index.ts";
import { readReplyCalls } from "../store/index.ts";

/** A model's reply as the journal has it. */
export type StoredReply = Pick<ModelReply, "text" | "toolCalls" | "finishReason" | "raw">;

const replies = new WeakMap<StepRow, StoredReply>();
const results = new WeakMap<StepRow, unknown>();

/** The reply of a step that is done, with the steps of its calls; read once, for every question shows all of the conversation again. */
export function readReply(step: StepRow, calls: readonly StepRow[]): StoredReply {
  return readOnce(replies, step, () => {
    const { toolCalls, ...kept } = JSON.parse(step.result_json ?? "{}") as Omit<StoredReply, "raw"> & {
      readonly toolCalls: readonly KeptReplyCall[];
    };
    return {
      ...kept,
      toolCalls: readReplyCalls(toolCalls, calls),
      raw: step.detail_json === null ? null : JSON.parse(step.detail_json),
    };
  });
}

/** What a call gave, or why it gave nothing; read once. */
export function readCallResult(step: StepRow): unknown {
  return readOnce(results, step, () => {
    const text =
      step.status === "done"
        ? step.result_json
        : (step.error_json ?? '{"code":"tool_failed","message":"no result"}');
    return JSON.parse(text ?? "null") as unknown;
  });
}

function readOnce<T>(known: WeakMap<StepRow, T>, step: StepRow, read: () => T): T {
  const before = known.get(step);
  if (before !== undefined) return before;
  const value = read();
  known.set(step, value);
  return value;
}

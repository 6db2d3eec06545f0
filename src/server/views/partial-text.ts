import { toIso } from "../../core/index.ts";
import { listPartialTexts } from "../../store/index.ts";
import type { ExecutionDetail } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";

/** The words of an execution's reply under way: from this process where it runs here, else from its row. */
export async function readPartialText(
  { runtime }: ServerContext,
  executionId: string,
): Promise<ExecutionDetail["partialText"]> {
  const own = runtime.runner.texts.list().findLast((text) => text.executionId === executionId);
  if (own !== undefined) {
    return { stepIndex: own.stepIndex, ...own.readFrom(0), updatedAt: toIso(own.updatedAt) };
  }
  const [row] = await listPartialTexts(runtime.store, [executionId]);
  if (row === undefined) return null;
  const { step_index: stepIndex, text_offset: offset, text, updated_at: updatedAt } = row;
  return { stepIndex, offset, text, updatedAt: toIso(updatedAt) };
}

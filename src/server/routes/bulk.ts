import { z } from "zod";
import { HandsError, toHandsError } from "../../core/index.ts";
import type { ExecutionFilter } from "../../store/index.ts";
import { countExecutions, pageExecutions } from "../../store/index.ts";
import type { BulkAnswer } from "../api-types.ts";
import { defineRoute } from "../route.ts";
import { bulkAnswer, executionFilter } from "../schemas/executions.ts";
import { count } from "../schemas/parts.ts";
import type { ServerContext } from "../server-context.ts";
import { isEmptyFilter, toFilter } from "./execution-filter.ts";

/** Executions that one request changes. */
const MOST_AT_ONCE = 1_000;

const body = z.strictObject({
  filter: z.strictObject(executionFilter.shape),
  /** Counts only. */
  isDryRun: z.boolean().default(true),
  /** The count of the dry run; the change is refused where it is another by now. */
  expectedCount: count.optional(),
});

const cancel = defineRoute({
  method: "post",
  path: "/api/executions/cancel",
  id: "cancelExecutions",
  summary:
    "End every execution that a filter fits and that is not over; without `isDryRun: false` it only counts",
  tag: "Executions",
  scope: "trigger",
  body,
  answer: bulkAnswer,
  async handle({ body: wanted, actor }, context) {
    const filter = toFilter(wanted.filter);
    const open = (filter.statuses ?? (["queued", "running", "waiting"] as const)).filter(
      (status) => status !== "ended",
    );
    return await changeAll(context, { ...wanted, filter, narrowed: { ...filter, statuses: open } }, (id) =>
      context.runtime.runner.cancel(id, actor.name).then(() => id),
    );
  },
});

const retry = defineRoute({
  method: "post",
  path: "/api/executions/retry",
  id: "retryExecutions",
  summary:
    "Start anew every execution that a filter fits and that failed, or has the filter's outcome; without `isDryRun: false` it only counts",
  tag: "Executions",
  scope: "trigger",
  body,
  answer: bulkAnswer,
  async handle({ body: wanted, actor }, context) {
    const filter = toFilter(wanted.filter);
    const outcomes = filter.outcomes ?? (["failure", "timeout", "cancelled"] as const);
    const narrowed = { ...filter, statuses: ["ended"] as const, outcomes };
    return await changeAll(context, { ...wanted, filter, narrowed }, (id) =>
      context.runtime.runner.retry(id, actor.name),
    );
  },
});

export const bulkRoutes = [cancel, retry];

/** Throws: `invalid_argument` for an empty filter, and where the count is missing or too large; `execution_state` where it is another. */
async function changeAll(
  context: ServerContext,
  wanted: {
    readonly filter: ExecutionFilter;
    readonly narrowed: ExecutionFilter;
    readonly isDryRun: boolean;
    readonly expectedCount?: number | undefined;
  },
  change: (executionId: string) => Promise<string>,
): Promise<BulkAnswer> {
  if (isEmptyFilter(wanted.filter)) {
    throw new HandsError("invalid_argument", "an empty filter would change every execution", {
      hint: "Name at least a hand, a status, an outcome, a time or a text.",
    });
  }
  const { store } = context.runtime;
  const hands = await countExecutions(store, wanted.narrowed);
  const found = hands.reduce((sum, hand) => sum + hand.count, 0);
  const answer = { count: found, hands, executionIds: [], failures: [] };
  if (wanted.isDryRun) return { ...answer, isDryRun: true };
  assertExpected(wanted.expectedCount, found);
  const rows = await pageExecutions(store, wanted.narrowed, { after: null, limit: MOST_AT_ONCE });
  const executionIds: string[] = [];
  const failures: BulkAnswer["failures"][number][] = [];
  for (const { id } of rows) {
    try {
      executionIds.push(await change(id));
    } catch (error) {
      const { code, message } = toHandsError(error);
      failures.push({ executionId: id, code, message });
    }
  }
  return { ...answer, isDryRun: false, executionIds, failures };
}

function assertExpected(expected: number | undefined, found: number): void {
  if (expected === undefined) {
    throw new HandsError("invalid_argument", "`expectedCount` is missing", {
      hint: "Ask with isDryRun first, and send back the count that was shown.",
    });
  }
  if (found > MOST_AT_ONCE) {
    throw new HandsError("invalid_argument", `${found} executions are more than can be changed at once`, {
      hint: `Narrow the filter to at most ${MOST_AT_ONCE}.`,
    });
  }
  if (expected !== found) {
    throw new HandsError(
      "execution_state",
      `the filter fits ${found} executions by now, not ${expected}; nothing was changed`,
      { hint: "Count again, and look at what changed.", details: { expected, found } },
    );
  }
}

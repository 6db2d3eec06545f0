import type { DecisionResult } from "../approvals/index.ts";
import { assertMayDecide } from "../approvals/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { findApproval } from "../store/index.ts";
import { askHuman } from "./ask-human.ts";
import type { CommandContext } from "./command-context.ts";
import { say } from "./command-context.ts";
import type { SentApprovalJson } from "./execution-record.ts";
import { readOperatorName } from "./operator.ts";
import { toLine } from "./printable.ts";
import { describeLoss } from "./say-decision.ts";

/** Asks about each request at the terminal. False where one was left, so that the execution waits on. Throws: `denied` inside an execution. */
export async function answerAtTerminal(
  context: CommandContext,
  runtime: Pick<Runtime, "runner" | "store">,
  approvals: readonly SentApprovalJson[],
): Promise<boolean> {
  assertMayDecide(context.environment);
  for (const approval of approvals) {
    if (!(await answerOne(context, runtime, approval))) return false;
  }
  return true;
}

async function answerOne(
  context: CommandContext,
  runtime: Pick<Runtime, "runner" | "store">,
  approval: SentApprovalJson,
): Promise<boolean> {
  const { runner, store } = runtime;
  const elsewhere = new AbortController();
  const stopListening = store.onChange(() => {
    void findApproval(store, approval.id).then((row) => {
      if (row?.status !== "pending") elsewhere.abort();
    });
  });
  try {
    for (;;) {
      const answer = await askHuman(context, approval, elsewhere.signal);
      if (elsewhere.signal.aborted) {
        say(context, "It was decided elsewhere.");
        return true;
      }
      if (answer.kind === "leave") return false;
      const from = { approvalId: approval.id, by: readOperatorName(), via: "cli", note: answer.note };
      try {
        const result: DecisionResult =
          answer.kind === "approve" || answer.kind === "reject"
            ? await runner.decide({
                ...from,
                decision:
                  answer.kind === "reject"
                    ? { kind: "reject" }
                    : { kind: "approve", ...(answer.args === undefined ? {} : { args: answer.args }) },
                expectedArgsHash: approval.argsHash,
              })
            : await runner.answer({
                ...from,
                answer: answer.kind,
                ...(answer.kind === "happened" ? { result: answer.result } : {}),
              });
        if (!result.won) say(context, describeLoss(result));
        return true;
      } catch (error) {
        // Edited arguments that do not fit: the request is still open, and is asked again.
        say(context, toLine(error instanceof Error ? error.message : String(error), 300));
      }
    }
  } finally {
    stopListening();
  }
}

import type { DecisionResult } from "../approvals/index.ts";
import { assertMayDecide, toApprovalJson } from "../approvals/index.ts";
import { HandsError, silentLogger } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { ApprovalRow, UnknownAnswer } from "../store/index.ts";
import { toExecutionJson } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { continueExecution } from "./continue-execution.ts";
import { EXIT } from "./exit-codes.ts";
import { parseJsonOption, parseObjectOption } from "./json-option.ts";
import { openRuntime } from "./open-runtime.ts";
import { readOperatorName } from "./operator.ts";
import { toLine } from "./printable.ts";
import { resolveId, shortenId } from "./resolve-id.ts";
import { describeLoss } from "./say-decision.ts";

interface CommonOptions {
  readonly note?: string;
  readonly continue: boolean;
}

export async function approve(
  context: CommandContext,
  written: string,
  options: CommonOptions & {
    readonly args?: string;
    readonly remember?: "execution" | "hand";
    readonly until?: string;
  },
): Promise<number> {
  const args = options.args === undefined ? undefined : parseObjectOption("--args", options.args);
  const until = readUntil(options);
  return await decide(context, written, options, async (runtime, approval, from) =>
    runtime.runner.decide({
      ...from,
      decision: { kind: "approve", ...(args === undefined ? {} : { args }) },
      expectedArgsHash: approval.args_hash,
      ...(options.remember === undefined
        ? {}
        : {
            remember: { scope: options.remember, args: "exact", ...(until === undefined ? {} : { until }) },
          }),
    }),
  );
}

export async function reject(
  context: CommandContext,
  written: string,
  options: CommonOptions,
): Promise<number> {
  return await decide(context, written, options, async (runtime, _approval, from) =>
    runtime.runner.decide({ ...from, decision: { kind: "reject" } }),
  );
}

export async function answer(
  context: CommandContext,
  written: string,
  word: UnknownAnswer,
  options: CommonOptions & { readonly result?: string },
): Promise<number> {
  const result = options.result === undefined ? undefined : parseJsonOption("--result", options.result);
  return await decide(context, written, options, async (runtime, _approval, from) =>
    runtime.runner.answer({ ...from, answer: word, ...(result === undefined ? {} : { result }) }),
  );
}

type Decide = (
  runtime: Runtime,
  approval: ApprovalRow,
  from: {
    readonly approvalId: string;
    readonly by: string;
    readonly via: string;
    readonly note: string | null;
  },
) => Promise<DecisionResult>;

/** Decides, says what is true now, and sees to it that the execution goes on. Throws: `denied` inside an execution. */
async function decide(
  context: CommandContext,
  written: string,
  options: CommonOptions,
  apply: Decide,
): Promise<number> {
  assertMayDecide(context.environment);
  await using runtime = await openRuntime(context, { logger: silentLogger });
  const { store, runner } = runtime;
  const approvalId = await resolveId(store, "approval", written);
  const before = await runner.getApproval(approvalId);
  const from = { approvalId, by: readOperatorName(), via: "cli", note: options.note ?? null };
  const result = await apply(runtime, before, from);
  if (!result.won) {
    throw new HandsError("approval_resolved", describeLoss(result), {
      hint: "`hands approvals --all` shows every decision.",
      details: { status: result.status, resolvedBy: result.resolvedBy },
    });
  }
  const { approval } = result;
  say(
    context,
    `${approval.answer ?? approval.status}: ${approval.hand_name} ${shortenId(approval.id)} ${toLine(approval.description)}`,
  );
  if (approval.execution_id === null) {
    if (context.isJson) writeJson(context, { ...toApprovalJson(approval), execution: null });
    return EXIT.ok;
  }
  const { row, exitCode } = await continueExecution(
    context,
    runtime,
    approval.execution_id,
    options.continue,
  );
  if (context.isJson) writeJson(context, { ...toApprovalJson(approval), execution: toExecutionJson(row) });
  return exitCode;
}

function readUntil({
  remember,
  until,
}: {
  readonly remember?: string;
  readonly until?: string;
}): number | undefined {
  if (until === undefined) return undefined;
  if (remember !== "hand") {
    throw new HandsError("invalid_argument", "--until goes with --remember hand", {
      hint: "An answer for one execution ends with it.",
    });
  }
  const instant = Date.parse(until);
  if (!Number.isNaN(instant)) return instant;
  throw new HandsError("invalid_argument", `--until ${JSON.stringify(until)} is not an instant`, {
    hint: "Write it as ISO 8601, as in --until 2026-12-31.",
  });
}

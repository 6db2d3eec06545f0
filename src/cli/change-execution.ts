import { HandsError, silentLogger } from "../core/index.ts";
import type { StepRow } from "../store/index.ts";
import { toExecutionJson, toStepsJson } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { confirm } from "./confirm.ts";
import { EXIT } from "./exit-codes.ts";
import { openRuntime } from "./open-runtime.ts";
import { readOperatorName } from "./operator.ts";
import { toLine } from "./printable.ts";
import { resolveId, shortenId } from "./resolve-id.ts";
import { followToEnd } from "./run-hand.ts";
import { isServerAlive } from "./server-life.ts";
import { Spinner } from "./spinner.ts";

/** Ends an execution. Throws: `execution_state` where it has ended already. */
export async function cancelExecution(context: CommandContext, written: string): Promise<number> {
  await using runtime = await openRuntime(context, { logger: silentLogger });
  const id = await resolveId(runtime.store, "execution", written);
  const hasCancelled = await runtime.runner.cancel(id, readOperatorName());
  const row = await runtime.runner.getExecution(id);
  if (!hasCancelled) {
    throw new HandsError("execution_state", `execution ${id} has ended already: ${row.outcome ?? "unknown"}`);
  }
  if (context.isJson) writeJson(context, toExecutionJson(row));
  const state =
    row.status === "ended" ? "is cancelled" : "will end as soon as the process that runs it hears of it";
  say(context, `${row.hand_name} ${shortenId(id)} ${state}.`);
  return EXIT.ok;
}

/** Starts a new execution like an ended one. Throws: `execution_state`; `invalid_argument` where nobody said yes to repeated effects. */
export async function retryExecution(
  context: CommandContext,
  written: string,
  isSure: boolean,
): Promise<number> {
  await using runtime = await openRuntime(context, { logger: silentLogger });
  const { store, runner } = runtime;
  const id = await resolveId(store, "execution", written);
  await runtime.registry.loadAll();
  const effects = await runner.listEffects(id);
  if (effects.length > 0) {
    for (const line of describeEffects(effects)) say(context, line);
    if (!(await confirm(context, { isSure, message: "Run it again?" }))) return EXIT.cancelled;
  }
  const retryId = await runner.retry(id, readOperatorName());
  say(context, `${shortenId(retryId)} runs in place of ${shortenId(id)}, without its approvals.`);
  if (await isServerAlive(store)) {
    const row = await runner.getExecution(retryId);
    if (context.isJson) writeJson(context, toExecutionJson(row));
    say(context, `A running \`hands up\` takes it: hands logs ${shortenId(retryId)} --follow`);
    return EXIT.ok;
  }
  return await followToEnd(context, runtime, retryId, new Spinner(context.terminal.err, context.clock));
}

function describeEffects(effects: readonly StepRow[]): readonly string[] {
  return [
    "These effects would happen again:",
    ...toStepsJson(effects).map(
      (step) =>
        `  ${step.name} (${step.effect ?? "unknown"}, ${step.status}) ${toLine(JSON.stringify(step.args), 120)}`,
    ),
  ];
}

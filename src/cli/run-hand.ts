import { EXECUTION_VARIABLE } from "../approvals/index.ts";
import type { Logger } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { ExecutionRow } from "../store/index.ts";
import { answerAtTerminal } from "./answer-at-terminal.ts";
import { carryOn, isForHuman } from "./carry-on.ts";
import type { CommandContext } from "./command-context.ts";
import { say } from "./command-context.ts";
import { createConsoleLogger } from "./console-logger.ts";
import { toExitCode } from "./execution-exit.ts";
import { readOpenApprovals } from "./execution-record.ts";
import { EXIT } from "./exit-codes.ts";
import { ExecutionFollower } from "./follow-execution.ts";
import { parseJsonOption, parseParameters } from "./json-option.ts";
import { openRuntime } from "./open-runtime.ts";
import { readOperatorName } from "./operator.ts";
import { shortenId } from "./resolve-id.ts";
import { sayEnd } from "./say-end.ts";
import { Spinner } from "./spinner.ts";

/** How a hand is to be run. */
export interface RunOptions {
  readonly input?: string;
  readonly param: readonly string[];
  readonly record?: string | true;
  /** Nothing comes of it, and it is not in the record. Default: false. */
  readonly isDryRun?: boolean;
}

/** Starts a hand by hand, and follows it until it ends or waits. Gives the exit code. */
export async function runHand(context: CommandContext, name: string, options: RunOptions): Promise<number> {
  const input = options.input === undefined ? null : parseJsonOption("--input", options.input);
  const parameters = options.param.length === 0 ? null : parseParameters(options.param);
  const spinner = new Spinner(context.terminal.err, context.clock);
  const logger = createRunLogger(context, spinner);
  if (options.isDryRun === true) {
    if (options.record !== undefined)
      throw new HandsError("invalid_argument", "--dry-run and --record exclude each other", {
        hint: "A recording has what was really done; a dry run does nothing.",
      });
    const { dryRunHand } = await import("./dry-run/dry-run-hand.ts");
    return await dryRunHand(context, { name, input, parameters }, { spinner, logger });
  }
  await using runtime = await openRuntime(context, { logger });
  await runtime.registry.loadAll();
  await runtime.join();
  const id = await runtime.runner.trigger(name, { input, parameters });
  say(context, `${name} ${shortenId(id)} started; \`hands logs ${shortenId(id)}\` shows it again.`);
  const exitCode = await followToEnd(context, runtime, id, spinner);
  if (options.record !== undefined) await keepRecording(context, runtime, id, options.record);
  return exitCode;
}

/** One that waits for a human is recorded later, from its id. */
async function keepRecording(
  context: CommandContext,
  runtime: Runtime,
  executionId: string,
  written: string | true,
): Promise<void> {
  const { store, runner, registry, config } = runtime;
  const row = await runner.getExecution(executionId);
  if (row.status !== "ended") {
    const later = `hands replay ${shortenId(executionId)} --record${written === true ? "" : ` ${written}`}`;
    say(context, `It is not recorded, for it goes on; once it has ended: ${later}`);
    return;
  }
  const hand = registry.listHands().find(({ name }) => name === row.hand_name);
  if (hand === undefined) return;
  const { recordEnded } = await import("./replay-one.ts");
  await recordEnded(context, { config, store, handDir: hand.handDir }, executionId, written);
}

/** Follows an execution here until it ends or waits for a human who is not here. Ctrl-C cancels it. */
export async function followToEnd(
  context: CommandContext,
  runtime: Runtime,
  executionId: string,
  spinner: Spinner,
): Promise<number> {
  const { store, runner } = runtime;
  const { err } = context.terminal;
  using listener = context.interrupts.listen();
  const { signal } = listener;
  const cancel = () => {
    spinner.print("Cancelling; a second Ctrl-C ends the process at once.");
    runner.cancel(executionId, readOperatorName()).catch((error: unknown) => {
      spinner.print(`It could not be cancelled: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  signal.addEventListener("abort", cancel, { once: true });
  // An agent that starts a hand must not answer what the hand asks, not even at a terminal of its own.
  const mayAsk = context.terminal.canAsk && context.environment[EXECUTION_VARIABLE] === undefined;
  let row: ExecutionRow;
  for (;;) {
    const follower = new ExecutionFollower({ store, executionId, spinner, colors: err.colors });
    row = await carryOn(runtime, context.clock, executionId, signal);
    await follower.stop();
    if (signal.aborted || !mayAsk || !isForHuman(row)) break;
    if (!(await answerAtTerminal(context, runtime, await readOpenApprovals(store, executionId)))) break;
  }
  if (signal.aborted) row = await runner.getExecution(executionId);
  await sayEnd(context, runtime, row);
  return signal.aborted ? EXIT.interrupted : toExitCode(row);
}

/** The hand's own log lines, and warnings of the runtime, between the steps. */
export function createRunLogger(context: CommandContext, spinner: Spinner): Logger {
  const { terminal, clock } = context;
  const logger = createConsoleLogger({
    print: (line) => spinner.print(line),
    stream: terminal.err,
    clock,
    isVerbose: false,
  });
  return {
    ...logger,
    info: (message, fields) =>
      fields?.["execution"] === undefined ? undefined : logger.info(message, fields),
  };
}

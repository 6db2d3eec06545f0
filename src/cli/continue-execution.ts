import type { Runtime } from "../runtime/index.ts";
import type { ExecutionRow } from "../store/index.ts";
import { carryOn, isForHuman } from "./carry-on.ts";
import type { CommandContext } from "./command-context.ts";
import { say } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { ExecutionFollower } from "./follow-execution.ts";
import { shortenId } from "./resolve-id.ts";
import { sayWhatIsTrue } from "./say-end.ts";
import { isServerAlive } from "./server-life.ts";
import { Spinner } from "./spinner.ts";

/** How long a server is given to take up what was decided, before this process does. */
const SERVER_TAKES_MS = 2000;
const LOOK_EVERY_MS = 100;

/**
 * Sees to it that an execution goes on after a decision: by the server, where one lives and takes it, else right here, until it ends or waits.
 * A decision that stands is a success, whatever the execution comes to, so the exit code is 0 unless Ctrl-C was pressed.
 */
export async function continueExecution(
  context: CommandContext,
  runtime: Runtime,
  executionId: string,
  mayContinue: boolean,
): Promise<{ readonly row: ExecutionRow; readonly exitCode: number }> {
  const { runner, store } = runtime;
  const hasServer = await isServerAlive(store);
  if (!mayContinue || (hasServer && (await waitForServer(context, runtime, executionId)))) {
    const row = await runner.getExecution(executionId);
    const next = hasServer ? "a running `hands up` goes on with it" : "it goes on when `hands up` runs";
    if (isForHuman(row)) await sayWhatIsTrue(context, runtime, row);
    else
      say(
        context,
        `${row.hand_name} ${shortenId(row.id)}: ${next}. \`hands logs ${shortenId(row.id)} --follow\` shows it.`,
      );
    return { row, exitCode: EXIT.ok };
  }
  await runtime.registry.loadAll();
  await runtime.join();
  const spinner = new Spinner(context.terminal.err, context.clock);
  using listener = context.interrupts.listen();
  // What was decided stays so; only this process stops, and a server or `hands up` takes over.
  const stop = () => void runner.stop();
  listener.signal.addEventListener("abort", stop, { once: true });
  const follower = new ExecutionFollower({
    store,
    executionId,
    spinner,
    colors: context.terminal.err.colors,
  });
  const row = await carryOn(runtime, context.clock, executionId, listener.signal);
  if (listener.signal.aborted) return { row, exitCode: EXIT.interrupted };
  await follower.stop();
  await sayWhatIsTrue(context, runtime, row);
  return { row, exitCode: EXIT.ok };
}

/** True as soon as another process has the execution, or it needs none. */
async function waitForServer(
  context: CommandContext,
  runtime: Runtime,
  executionId: string,
): Promise<boolean> {
  const { clock } = context;
  const giveUpMs = clock.monotonicMs() + SERVER_TAKES_MS;
  for (;;) {
    const row = await runtime.runner.getExecution(executionId);
    if (row.status !== "queued") return true;
    if (clock.monotonicMs() >= giveUpMs) return false;
    await clock.sleep(LOOK_EVERY_MS);
  }
}

import type { Logger } from "../../core/index.ts";
import type { CommandContext } from "../command-context.ts";
import { say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { ExecutionFollower } from "../follow-execution.ts";
import { formatStatusCell } from "../format-status.ts";
import { toLine, writeData } from "../printable.ts";
import { loadProject } from "../project.ts";
import type { Spinner } from "../spinner.ts";
import { formatEffects } from "./format-dry-run.ts";
import type { DryRunRequest } from "./run-dry.ts";
import { runDry } from "./run-dry.ts";
import type { DryRun } from "./types.ts";

/** Runs a hand so that nothing comes of it, and shows what would have. Its output is the data, or as JSON everything. */
export async function dryRunHand(
  context: CommandContext,
  request: Pick<DryRunRequest, "name" | "input" | "parameters">,
  { spinner, logger }: { readonly spinner: Spinner; readonly logger: Logger },
): Promise<number> {
  using listener = context.interrupts.listen();
  const { signal } = listener;
  const result = await followDry(context, { ...request, logger, signal }, spinner);
  if (context.isJson) writeJson(context, result);
  else {
    if (result.outcome === "success") writeData(context.terminal.out, result.output);
    context.terminal.err.write(formatEffects(context.terminal.err, result));
  }
  sayDryRun(context, result);
  if (signal.aborted) return EXIT.interrupted;
  return result.outcome === "success" ? EXIT.ok : EXIT.unsuccessful;
}

/** A dry run whose steps are shown as they come. */
export async function followDry(
  context: CommandContext,
  request: DryRunRequest,
  spinner: Spinner,
): Promise<DryRun> {
  const { config } = await loadProject(context, { withSecrets: true });
  const { colors } = context.terminal.err;
  let follower: ExecutionFollower | undefined;
  return await runDry(context, config, {
    ...request,
    onStarted: (store, executionId) => {
      follower = new ExecutionFollower({ store, executionId, spinner, colors });
    },
    onEnding: async () => await follower?.stop(),
  });
}

/** One line about how it ended, and what it really cost. */
export function sayDryRun(context: CommandContext, result: DryRun): void {
  const { colors } = context.terminal.err;
  const why =
    result.error !== null
      ? `: ${result.error.code}: ${toLine(result.error.message, 500)}`
      : result.reason === null
        ? ""
        : `: ${result.reason}`;
  say(
    context,
    `Dry run of ${result.handName}: ${formatStatusCell(colors, result.outcome ?? "waiting")}${why}. Nothing was changed, and nothing is in the record.`,
  );
  if (result.costUsd === null || result.costUsd > 0) {
    const cost = result.costUsd === null ? "an unknown sum" : `$${result.costUsd.toFixed(4)}`;
    say(context, `Its model was really asked, for ${cost}; later limits of the day do not count that.`);
  }
}

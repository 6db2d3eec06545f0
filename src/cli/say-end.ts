import { formatDuration } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { readBudgets } from "../runtime/index.ts";
import type { ExecutionRow } from "../store/index.ts";
import { listDeliveries } from "../store/index.ts";
import { formatBudget, toBudgetJson } from "./budget-record.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { readExecutionJson, readOpenApprovals } from "./execution-record.ts";
import { describeCommands, formatApproval } from "./format-approvals.ts";
import { formatStatusCell } from "./format-status.ts";
import { toLine, writeData } from "./printable.ts";
import { shortenId } from "./resolve-id.ts";

/** Where an execution is looked up, and the hands that are loaded. */
type Source = Pick<Runtime, "store" | "registry" | "config">;

/** Says what an execution has come to, and what to do next. Its output, if it succeeded, is the data; as JSON it is the whole record. */
export async function sayEnd(context: CommandContext, source: Source, row: ExecutionRow): Promise<void> {
  if (context.isJson) writeJson(context, await readExecutionJson(source.store, row));
  else if (row.outcome === "success") writeData(context.terminal.out, row.output);
  await sayWhatIsTrue(context, source, row);
}

/** The same without the data. */
export async function sayWhatIsTrue(
  context: CommandContext,
  source: Source,
  row: ExecutionRow,
): Promise<void> {
  const { store } = source;
  const { colors } = context.terminal.err;
  const name = `${row.hand_name} ${shortenId(row.id)}`;
  if (row.status === "ended") {
    const took =
      row.started_at === null || row.completed_at === null
        ? ""
        : ` in ${formatDuration(row.completed_at - row.started_at)}`;
    const why =
      row.error === null
        ? row.reason === null
          ? ""
          : `: ${row.reason}`
        : `: ${row.error_code ?? "error"}: ${toLine(row.error, 500)}`;
    say(context, `${name} ${formatStatusCell(colors, row.outcome ?? row.status)}${took}${why}`);
    for (const delivery of await listDeliveries(store, row.id)) {
      const where = toLine(delivery.result ?? delivery.destination, 200);
      const reason = delivery.error === null ? "" : `: ${toLine(delivery.error, 300)}`;
      say(context, `  ${delivery.channel} ${formatStatusCell(colors, delivery.status)} ${where}${reason}`);
    }
    if (row.outcome !== "success") say(context, `  hands execution show ${shortenId(row.id)}`);
    return;
  }
  if (row.status === "waiting" && (row.reason === "approval" || row.reason === "unknown")) {
    const approvals = await readOpenApprovals(store, row.id);
    say(context, `${name} ${formatStatusCell(colors, "waiting")} for a human:`);
    for (const approval of approvals) {
      if (context.terminal.err.isTerminal)
        context.terminal.err.write(formatApproval(context.terminal.err, approval, context.clock.now()));
      else
        say(
          context,
          `  approval ${approval.id}: ${toLine(approval.description)}: ${describeCommands(approval).join(" | ")}`,
        );
    }
    return;
  }
  if (row.status === "waiting" && row.reason === "budget") {
    const spent = (await describeSpentBudgets(context, source, row)).join("; ");
    say(context, `${name} is ${formatStatusCell(colors, "waiting")} for money, and goes on then: ${spent}`);
    return;
  }
  say(
    context,
    `${name} is ${formatStatusCell(colors, row.status)}${row.reason === null ? "" : ` (${row.reason})`}. \`hands logs ${shortenId(row.id)}\` shows more.`,
  );
}

/** The budgets whose reset an execution waits for: how much went out of each, and when it is fresh again. */
async function describeSpentBudgets(
  context: CommandContext,
  { store, registry, config }: Source,
  row: ExecutionRow,
): Promise<readonly string[]> {
  const hands = registry.listHands().filter(({ name }) => name === row.hand_name);
  const budgets = await readBudgets(store, hands, config.limits);
  const { colors } = context.terminal.err;
  return budgets
    .filter(({ resetsAt }) => resetsAt === row.wake_at)
    .map((budget) => formatBudget(colors, toBudgetJson(budget), context.clock.now()));
}

import { formatDiagnostic } from "../manifest/index.ts";
import { formatBudget, isNearlySpent } from "./budget-record.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { formatHandsTable } from "./format-hands.ts";
import { readHands } from "./read-hands.ts";

/** Shows the hands on stdout; what is wrong with them, and what is worth knowing, on stderr. */
export async function listHands(context: CommandContext): Promise<number> {
  const { hands, strays, budgets } = await readHands(context);
  if (context.isJson) {
    writeJson(context, hands);
    return EXIT.ok;
  }
  const { out, err } = context.terminal;
  if (hands.length === 0) say(context, "There are no hands here yet. `hands new NAME` makes one.");
  else out.write(formatHandsTable(out, hands, context.clock.now()));
  for (const problem of [...hands.flatMap(({ problems }) => problems), ...strays]) {
    if (problem.severity === "error" || strays.includes(problem))
      say(context, formatDiagnostic(problem, { color: err.colors.isColorSupported }));
  }
  for (const budget of budgets.filter(isNearlySpent)) {
    say(context, `Budget: ${formatBudget(err.colors, budget, context.clock.now())}`);
  }
  const isWaiting = hands.some(
    ({ schedule, status, nextRunAt }) => schedule !== null && status === "idle" && nextRunAt === null,
  );
  if (isWaiting)
    say(context, "What has a schedule fires only while `hands up` runs; `hands next` shows when.");
  return EXIT.ok;
}

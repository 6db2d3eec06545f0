import type { ExecutionRow, Store } from "../../store/index.ts";
import {
  findExecution,
  findHandState,
  isAllPaused,
  listApprovals,
  listDeliveries,
  listExecutions,
} from "../../store/index.ts";
import type { CommandContext } from "../command-context.ts";
import { writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { formatStatusCell } from "../format-status.ts";
import { toPrintable } from "../printable.ts";
import { loadProject, openForReading } from "../project.ts";
import { readHandDetails } from "../read-hand-details.ts";
import { resolveId, shortenId } from "../resolve-id.ts";
import { isServerAlive } from "../server-life.ts";
import { explainExecution } from "./explain-execution.ts";
import { explainHandState } from "./explain-hand-state.ts";

/** What is said of one subject. */
interface Explained {
  readonly kind: "hand" | "execution";
  /** The name of the hand, or the execution's id. */
  readonly subject: string;
  readonly handName: string;
  /** Of an execution its outcome, else its status; of a hand its status. */
  readonly state: string;
  readonly sentences: readonly string[];
}

/** A hand's newest executions that are explained with it. */
const NEWEST = 3;

/** Says why a hand runs, does not or waits, or why an execution did. Throws: `hand_not_found`, `execution_not_found`. */
export async function why(context: CommandContext, subject: string): Promise<number> {
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    const explained = (await isHand(context, subject))
      ? await explainHandNow(context, store, subject)
      : [await explainOne(store, await readRow(store, subject))];
    if (context.isJson) writeJson(context, explained);
    else print(context, explained);
    return EXIT.ok;
  } finally {
    await store.close();
  }
}

async function isHand(context: CommandContext, subject: string): Promise<boolean> {
  const { readHands } = await import("../read-hands.ts");
  const { hands } = await readHands(context);
  return hands.some(({ name }) => name === subject);
}

async function readRow(store: Store, written: string): Promise<ExecutionRow> {
  const { HandsError } = await import("../../core/index.ts");
  const id = await resolveId(store, "execution", written).catch((error: unknown) => {
    if (!(error instanceof HandsError) || error.code !== "execution_not_found") throw error;
    throw new HandsError(error.code, `there is no hand and no execution ${JSON.stringify(written)}`, {
      hint: "`hands list` lists the hands, `hands executions` the newest executions.",
    });
  });
  const row = await findExecution(store, id);
  if (row === undefined) throw new HandsError("execution_not_found", `there is no execution ${id}`);
  return row;
}

async function explainOne(store: Store, row: ExecutionRow): Promise<Explained> {
  const approvals = await listApprovals(store, { executionId: row.id });
  const sentences = explainExecution({
    row,
    approvals: approvals.toReversed(),
    deliveries: await listDeliveries(store, row.id),
    nowMs: store.nowMs(),
  });
  return {
    kind: "execution",
    subject: row.id,
    handName: row.hand_name,
    state: row.outcome ?? row.status,
    sentences,
  };
}

async function explainHandNow(
  context: CommandContext,
  store: Store,
  name: string,
): Promise<readonly Explained[]> {
  const details = await readHandDetails(context, name);
  const sentences = explainHandState({
    hand: details,
    state: await findHandState(store, name),
    isAllPaused: await isAllPaused(store),
    isServerAlive: await isServerAlive(store),
    waitingCount: new Set(details.approvals.map(({ executionId }) => executionId)).size,
    maxWaiting: details.manifest?.limits.maxWaiting ?? Number.POSITIVE_INFINITY,
    nextFires: details.nextFires,
    budgets: details.budgets,
    nowMs: store.nowMs(),
  });
  const newest = await listExecutions(store, { handName: name, limit: NEWEST });
  const executions = await Promise.all(newest.map((row) => explainOne(store, row)));
  return [{ kind: "hand", subject: name, handName: name, state: details.status, sentences }, ...executions];
}

function print(context: CommandContext, explained: readonly Explained[]): void {
  const { out } = context.terminal;
  for (const { kind, subject, handName, state, sentences } of explained) {
    const title = kind === "hand" ? subject : `${handName} ${shortenId(subject)}`;
    out.write(`${out.colors.bold(title)}  ${formatStatusCell(out.colors, state)}\n`);
    for (const sentence of sentences) out.write(`  - ${toPrintable(sentence).replace(/\s+/g, " ")}\n`);
  }
}

import type { Logger } from "../core/index.ts";
import { describeError, formatDuration } from "../core/index.ts";
import type { ExecutionRow, Store, StoreChange } from "../store/index.ts";
import { findApproval, findExecution } from "../store/index.ts";
import { toLine } from "./printable.ts";
import { shortenId } from "./resolve-id.ts";

/** Logs where executions have got to and what they ask. Returns the way to stop. */
export function reportHappenings(store: Store, logger: Logger): () => void {
  const states = new Map<string, string>();
  const asked = new Set<string>();
  let work: Promise<void> = Promise.resolve();

  async function look(change: StoreChange): Promise<void> {
    for (const topic of change.topics ?? []) {
      if (topic.kind === "execution") await reportExecution(topic.executionId);
      if (topic.kind === "approval") await reportApproval(topic.approvalId);
    }
  }

  async function reportExecution(id: string): Promise<void> {
    const row = await findExecution(store, id);
    if (row === undefined) return;
    const state = `${row.status} ${row.reason ?? ""}`;
    if (states.get(id) === state) return;
    if (row.status === "ended") states.delete(id);
    else states.set(id, state);
    describe(logger, row);
  }

  async function reportApproval(id: string): Promise<void> {
    const row = await findApproval(store, id);
    if (row === undefined) return;
    const fields = { hand: row.hand_name };
    if (row.status === "pending") {
      if (asked.has(id)) return;
      asked.add(id);
      const command =
        row.kind === "unknown"
          ? `hands answer ${shortenId(id)} happened|retry|skip`
          : `hands approve ${shortenId(id)}`;
      logger.warn(`${row.hand_name} asks: ${toLine(row.description, 200)}. Decide: ${command}`, fields);
    } else if (asked.delete(id)) {
      logger.info(`${shortenId(id)} ${row.status} by ${row.resolved_by ?? "unknown"}`, fields);
    }
  }

  return store.onChange((change) => {
    work = work.then(() =>
      look(change).catch((error: unknown) =>
        logger.warn("could not look at what happened", { error: describeError(error) }),
      ),
    );
  });
}

function describe(logger: Logger, row: ExecutionRow): void {
  const name = `${row.hand_name} ${shortenId(row.id)}`;
  if (row.status === "running") logger.info(`${name} runs`, { trigger: row.trigger });
  if (row.status === "waiting") logger.info(`${name} waits`, { reason: row.reason });
  if (row.status !== "ended") return;
  const took =
    row.started_at === null || row.completed_at === null
      ? null
      : formatDuration(row.completed_at - row.started_at);
  const fields = { took: took ?? undefined, reason: row.reason ?? undefined, error: row.error ?? undefined };
  const isBad = row.outcome === "failure" || row.outcome === "timeout";
  logger[isBad ? "error" : "info"](`${name} ${row.outcome ?? "ended"}`, fields);
}

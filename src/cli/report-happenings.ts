import type { LogFields, Logger } from "../core/index.ts";
import { describeError, formatDuration, isPlainObject } from "../core/index.ts";
import type { EventRecord, Store } from "../store/index.ts";
import { findApproval, findExecution, readEvents, readLastPosition } from "../store/index.ts";
import { describeCommands } from "./format-approvals.ts";
import { toLine } from "./printable.ts";
import { shortenId } from "./resolve-id.ts";

const EVENTS_AT_ONCE = 200;

const ENDS: ReadonlySet<string> = new Set([
  "execution.succeeded",
  "execution.failed",
  "execution.skipped",
  "execution.cancelled",
]);

/** Logs what happens on the store, whichever process does it: executions, requests, decisions, deliveries. Returns the way to stop. */
export async function reportHappenings(store: Store, logger: Logger): Promise<() => void> {
  let position = await readLastPosition(store);
  let work: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    for (;;) {
      const events = await readEvents(store, { afterPosition: position, limit: EVENTS_AT_ONCE });
      for (const event of events) {
        position = event.position;
        await report(store, logger, event);
      }
      if (events.length < EVENTS_AT_ONCE) return;
    }
  }

  return store.onChange(() => {
    work = work.then(look).catch((error: unknown) => {
      logger.warn("could not look at what happened", { error: describeError(error) });
    });
  });
}

async function report(store: Store, logger: Logger, event: EventRecord): Promise<void> {
  const [subject, what] = event.type.split(".");
  const name = [event.handName, event.executionId === null ? null : shortenId(event.executionId)]
    .filter((part) => part !== null)
    .join(" ");
  const facts: LogFields = isPlainObject(event.data) ? (event.data as LogFields) : {};
  switch (event.type) {
    case "execution.started":
    case "execution.resumed":
      logger.info(`${name} runs`);
      return;
    case "execution.waiting":
    case "execution.held":
      logger.info(`${name} ${what ?? ""}`, { reason: facts["reason"] });
      return;
    case "approval.requested":
      await reportRequest(store, logger, facts["approvalId"]);
      return;
    default:
      break;
  }
  if (ENDS.has(event.type) && event.executionId !== null)
    await reportEnd(store, logger, event.executionId, name);
  else if (subject === "budget")
    logger.warn(
      `${name} ${what === "warned" ? "nearly spent its budget" : "spent its budget"}`.trim(),
      facts,
    );
  else if (subject === "approval") {
    const id = facts["approvalId"];
    logger.info(`${name} approval ${typeof id === "string" ? shortenId(id) : ""} ${what ?? ""}`, {
      by: facts["by"],
      via: facts["via"],
    });
  } else if (event.type === "delivery.failed") logger.error(`${name} could not deliver`, facts);
  else logger[subject === "hand" ? "info" : "debug"](`${name} ${event.type}`.trim(), facts);
}

async function reportRequest(store: Store, logger: Logger, id: unknown): Promise<void> {
  const row = typeof id === "string" ? await findApproval(store, id) : undefined;
  if (row === undefined || row.status !== "pending") return;
  const asks = row.kind === "unknown" ? "asks whether this happened" : "asks";
  logger.warn(
    `${row.hand_name} ${asks}: ${toLine(row.description, 200)}. Decide: ${describeCommands(row).join(" | ")}`,
  );
}

/** Says what an execution came to; nothing of one that goes on. */
async function reportEnd(store: Store, logger: Logger, executionId: string, name: string): Promise<void> {
  const row = await findExecution(store, executionId);
  if (row?.status !== "ended") return;
  const took =
    row.started_at === null || row.completed_at === null
      ? undefined
      : formatDuration(row.completed_at - row.started_at);
  const isBad = row.outcome === "failure" || row.outcome === "timeout";
  logger[isBad ? "error" : "info"](`${name} ${row.outcome ?? "ended"}`, {
    took,
    reason: row.reason ?? undefined,
    error: row.error ?? undefined,
  });
}

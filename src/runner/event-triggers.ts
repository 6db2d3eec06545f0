import type { JsonObject } from "../core/index.ts";
import { matchesGlob } from "../core/index.ts";
import { handConfigFromJson } from "../manifest/index.ts";
import type { ApprovalRow, ExecutionRow, StoreTransaction } from "../store/index.ts";
import { findExecution, listEventHands } from "../store/index.ts";
import type { StartParts } from "./start-execution.ts";
import { startExecution } from "./start-execution.ts";

/** Something that hands may be started by, named in `[triggers] events` as `type:hand`. */
interface TriggerEvent {
  readonly type: string;
  /** The hand that it is about. */
  readonly handName: string;
  /** The same for the same happening, whoever tells of it. */
  readonly eventId: string;
  /** Hands that led to it, oldest first. */
  readonly chain: readonly string[];
  readonly input: JsonObject;
  /** May something of it come from outside? */
  readonly isUntrusted: () => Promise<boolean>;
}

/** How much of an output the next hand is given. */
const MOST_OUTPUT = 100_000;

/** Starts the hands that wait for an execution to end so, in the transaction of its end. A skipped one starts nothing. */
export async function startAfterExecution(
  parts: StartParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  end: {
    readonly type: string;
    readonly outcome: string;
    readonly output: string;
    readonly error: { readonly code: string; readonly message: string } | null;
  },
): Promise<void> {
  if (end.outcome === "skipped") return;
  await startOnEvent(parts, transaction, {
    type: end.type,
    handName: row.hand_name,
    eventId: `${end.type}:${row.id}`,
    chain: [...(JSON.parse(row.chain_json) as string[]), row.hand_name],
    input: {
      event: end.type,
      hand: row.hand_name,
      executionId: row.id,
      outcome: end.outcome,
      output: end.output.slice(0, MOST_OUTPUT),
      error: end.error === null ? null : { ...end.error },
    },
    // What entered since it was taken is not in the row that its process holds.
    isUntrusted: async () => (await findExecution(transaction, row.id))?.is_untrusted === 1,
  });
}

/** Starts the hands that wait for a request to expire, in the transaction of its expiry. */
export async function startAfterExpiry(
  parts: StartParts,
  transaction: StoreTransaction,
  approval: ApprovalRow,
): Promise<void> {
  const execution =
    approval.execution_id === null ? undefined : await findExecution(transaction, approval.execution_id);
  const chain = execution === undefined ? [] : (JSON.parse(execution.chain_json) as string[]);
  await startOnEvent(parts, transaction, {
    type: "approval.expired",
    handName: approval.hand_name,
    eventId: `approval.expired:${approval.id}`,
    chain: [...chain, approval.hand_name],
    input: {
      event: "approval.expired",
      hand: approval.hand_name,
      executionId: approval.execution_id,
      approvalId: approval.id,
      action: approval.action,
      description: approval.description,
    },
    isUntrusted: async () => execution?.is_untrusted === 1,
  });
}

async function startOnEvent(
  parts: StartParts,
  transaction: StoreTransaction,
  event: TriggerEvent,
): Promise<void> {
  for (const { config_json: json } of await listEventHands(transaction)) {
    const { name, triggers } = handConfigFromJson(JSON.parse(json));
    if (!triggers.events.some((pattern) => isMeant(pattern, event))) continue;
    await startExecution(parts, transaction, {
      handName: name,
      trigger: "event",
      eventId: event.eventId,
      chain: event.chain,
      input: event.input,
      isUntrusted: await event.isUntrusted(),
    });
  }
}

/** `execution.failed:*`: the type as it is, the hand's name as a glob. */
function isMeant(pattern: string, event: TriggerEvent): boolean {
  const colon = pattern.indexOf(":");
  if (colon === -1 || pattern.slice(0, colon).trim() !== event.type) return false;
  return matchesGlob(pattern.slice(colon + 1).trim(), event.handName);
}

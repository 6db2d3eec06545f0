import type { Clock, Redactor } from "../core/index.ts";
import type { HandConfig, HandSnapshot } from "../manifest/index.ts";
import type { ModelProvider } from "../models/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import { decideAdmission, ON_TIME_MS } from "../schedule/index.ts";
import type { ExecutionRow, Store, StoreTransaction } from "../store/index.ts";
import {
  appendEvent,
  appendExecutionEvent,
  findExecution,
  forUpdate,
  isOpen,
  lockClaimableExecution,
  takeExecution,
  updateHandState,
} from "../store/index.ts";
import type { ProjectLimits } from "./budgets.ts";
import { isDaySpent } from "./budgets.ts";
import type { Circumstances } from "./claim-circumstances.ts";
import { lockCircumstances } from "./claim-circumstances.ts";
import { endExecution } from "./end-execution.ts";
import type { ClockReading } from "./lease.ts";
import { LEASE_MS, readClock } from "./lease.ts";
import type { Turns } from "./turns.ts";
import type { HandDirectory, HandLookup } from "./types.ts";
import type { VersionKeeper } from "./version-keeper.ts";

/** An execution that is this process's now, and what was found out on the way. */
export interface ClaimedExecution {
  readonly row: ExecutionRow;
  readonly sentAt: ClockReading;
  /** What was known of its hand. */
  readonly lookup: HandLookup;
  /** The hash of the hand's folder; null where it was not looked at. */
  readonly folderHash: string | null;
}

/** What trying to take an execution came to. */
export type ClaimResult =
  | ({ readonly kind: "claimed" } & ClaimedExecution)
  /** Somebody else has it, or it is over. */
  | { readonly kind: "not_claimable" }
  /** It begins in a process that has its hand's folder. */
  | { readonly kind: "not_ours" }
  | { readonly kind: "held"; readonly reason: string }
  | { readonly kind: "ended" };

interface ClaimParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly queue: WorkQueue;
  readonly redactor: Redactor;
  readonly hands: HandDirectory;
  readonly models: ModelProvider;
  readonly versions: VersionKeeper;
  /** Claims of one hand wait for each other at its row: here, they wait without a connection. */
  readonly turns: Turns;
  readonly nodeId: string;
  readonly maxInstances: number;
  readonly limits: ProjectLimits;
}

/** Lost leases in a row, with no result between them, after which an execution is given up. */
const MOST_LOST_LEASES = 3;

/**
 * Takes an execution: one that is queued and admitted, or a running one whose lease has passed. Pause, overlap, `max_waiting` and the
 * day's budget are decided here, under locks on the execution's row and then on the hand's.
 */
export async function claimExecution(parts: ClaimParts, executionId: string): Promise<ClaimResult> {
  const seen = await findExecution(parts.store, executionId);
  if (seen === undefined || seen.status === "waiting" || seen.status === "ended")
    return { kind: "not_claimable" };
  const lookup = await parts.hands.lookUp(seen.hand_name);
  const prepared = await prepareVersion(parts, seen.version_hash, lookup);
  const attempt = async () => {
    const sentAt = readClock(parts.clock);
    return await parts.store.transaction((transaction) =>
      claim(parts, transaction, { seen, lookup, prepared, sentAt }),
    );
  };
  // Where rows are not locked, claims of one turn of the event loop share a commit.
  return parts.store.capabilities.locksRows
    ? await parts.turns.take(seen.hand_name, attempt)
    : await attempt();
}

/**
 * Inserts an execution and takes it in the same transaction, so that no other process can be faster. `insert` gives its id, or null where
 * there is nothing to run.
 */
export async function startAndClaim(
  parts: ClaimParts,
  handName: string,
  insert: (transaction: StoreTransaction) => Promise<string | null>,
): Promise<{ readonly executionId: string | null; readonly claim: ClaimResult }> {
  const lookup = await parts.hands.lookUp(handName);
  const prepared = await prepareVersion(parts, null, lookup);
  const sentAt = readClock(parts.clock);
  return await parts.store.transaction(async (transaction) => {
    const executionId = await insert(transaction);
    if (executionId === null) return { executionId, claim: { kind: "not_claimable" } };
    const seen = await findExecution(transaction, executionId);
    if (seen === undefined) return { executionId, claim: { kind: "not_claimable" } };
    return { executionId, claim: await claim(parts, transaction, { seen, lookup, prepared, sentAt }) };
  });
}

interface ClaimFacts {
  /** As it was a moment ago; what can change is read again under its lock. */
  readonly seen: ExecutionRow;
  readonly lookup: HandLookup;
  readonly prepared: Prepared;
  readonly sentAt: ClockReading;
}

async function claim(
  parts: ClaimParts,
  transaction: StoreTransaction,
  facts: ClaimFacts,
): Promise<ClaimResult> {
  const { seen, lookup, prepared, sentAt } = facts;
  // Asked for together, answered one after the other: the execution is locked before its hand, and the hand before it is counted.
  const [row, early] = await Promise.all([
    lockClaimableExecution(transaction, seen.id),
    seen.status === "queued" ? lockCircumstances(transaction, seen) : null,
  ]);
  if (row === undefined) return { kind: "not_claimable" };
  if (row.status === "queued") {
    const circumstances = early ?? (await lockCircumstances(transaction, row));
    const verdict = await judge(parts, transaction, row, { lookup, prepared, circumstances });
    if (verdict !== "admit") return verdict;
  } else if (row.lost_leases + 1 >= MOST_LOST_LEASES) {
    await endExecution(parts, transaction, row, {
      outcome: "failure",
      output: row.output,
      error: {
        code: "crashed",
        message: `${MOST_LOST_LEASES} processes in a row died or froze while running this`,
      },
      deliveries: [],
      retryAt: null,
    });
    return { kind: "ended" };
  }
  const folderHash = prepared.kind === "snapshot" ? prepared.snapshot.hash : null;
  return { kind: "claimed", row: await take(parts, transaction, row, prepared), sentAt, lookup, folderHash };
}

type Prepared =
  | { readonly kind: "kept" }
  | { readonly kind: "snapshot"; readonly snapshot: HandSnapshot }
  /** Nothing here to run it from. */
  | { readonly kind: "none" };

/** Files are read before the transaction, which may await only its own queries. */
async function prepareVersion(
  parts: ClaimParts,
  versionHash: string | null,
  lookup: HandLookup,
): Promise<Prepared> {
  if (versionHash !== null) return { kind: "kept" };
  if (lookup.kind !== "ready") return { kind: "none" };
  try {
    return { kind: "snapshot", snapshot: await parts.versions.snapshot(lookup.hand) };
  } catch {
    // The folder went away or cannot be kept; what is wrong with it is told where hands are listed.
    return { kind: "none" };
  }
}

async function judge(
  parts: ClaimParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  known: {
    readonly lookup: HandLookup;
    readonly prepared: Prepared;
    readonly circumstances: Circumstances;
  },
): Promise<"admit" | ClaimResult> {
  const { lookup, prepared } = known;
  const { state, load } = known.circumstances;
  const isFresh = row.fence === 0;
  const obstacle = findObstacle(parts, row, lookup, prepared);
  if (obstacle !== null) {
    if (obstacle === "elsewhere") return { kind: "not_ours" };
    const skips = isFresh && row.trigger !== "manual";
    return skips ? await skip(parts, transaction, row, obstacle) : await hold(transaction, row, obstacle);
  }
  if (lookup.kind !== "ready" && lookup.kind !== "elsewhere") return { kind: "not_claimable" };
  const hand = lookup.hand;
  const admission = decideAdmission({
    trigger: row.trigger as "schedule" | "manual" | "event" | "webhook",
    isResume: !isFresh,
    overlap: hand.schedule?.overlap ?? "skip",
    maxInstances: parts.maxInstances,
    isPaused: state?.is_paused === 1,
    isAllPaused: known.circumstances.isAllPaused,
    isCatchUp: isCatchUp(row, hand),
    runningCount: load.running,
    sleepingCount: load.sleeping,
    resumableCount: load.resumable,
    heldBeforeCount: load.queuedBefore,
    waitingForHumanCount: load.waitingForHuman,
    maxWaiting: hand.limits.maxWaiting,
  });
  switch (admission.kind) {
    case "admit":
      break;
    case "admit_after_cancel":
      // Nobody wakes it again where only sleepers were in its way: they have ended here.
      if ((await cancelOthers(parts, transaction, row)) === 0) break;
      return await hold(transaction, row, "overlap");
    case "hold":
      return await hold(transaction, row, admission.reason);
    case "skip":
      if (admission.reason === "max_waiting") await sayOnce(transaction, row, load.waitingForHuman);
      return await skip(parts, transaction, row, admission.reason);
  }
  return (await isDaySpent(transaction, row, hand, parts.limits))
    ? await skip(parts, transaction, row, "budget")
    : "admit";
}

/** Was its fire missed, and is run after all? A fire that its jitter held back is not late. */
function isCatchUp(row: ExecutionRow, hand: HandConfig): boolean {
  const mayBeLateMs = ON_TIME_MS + (hand.schedule?.jitterMs ?? 0);
  return row.scheduled_for !== null && row.created_at - row.scheduled_for > mayBeLateMs;
}

/** What keeps a hand from running at all, whatever its schedule says; null where nothing does. */
function findObstacle(
  parts: ClaimParts,
  row: ExecutionRow,
  lookup: HandLookup,
  prepared: Prepared,
): string | null {
  switch (lookup.kind) {
    case "missing":
      return "hand_missing";
    case "broken":
      return "hand_broken";
    case "disabled":
      return "hand_disabled";
    case "elsewhere":
      return prepared.kind === "none" ? "elsewhere" : null;
    case "ready": {
      if (row.version_hash === null && prepared.kind === "none") return "hand_broken";
      const needsModel = lookup.hand.scriptPath === null;
      const isUnasked = row.fence === 0 && row.trigger !== "manual";
      const missing = needsModel && isUnasked ? parts.models.explainMissing(lookup.hand.model.name) : null;
      return missing === null ? null : "model_not_configured";
    }
  }
}

async function hold(transaction: StoreTransaction, row: ExecutionRow, reason: string): Promise<ClaimResult> {
  if (row.reason === reason) return { kind: "held", reason };
  await transaction.db.updateTable("hand_executions").set({ reason }).where("id", "=", row.id).execute();
  await appendExecutionEvent(transaction, row, "execution.held", { reason });
  return { kind: "held", reason };
}

/** So many of a hand wait for humans that its fires are skipped: said with the first of them, not with each. */
async function sayOnce(
  transaction: StoreTransaction,
  row: ExecutionRow,
  waitingCount: number,
): Promise<void> {
  const before = await transaction.db
    .selectFrom("hand_executions")
    .select("reason")
    .where("hand_name", "=", row.hand_name)
    .where("status", "=", "ended")
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  if (before?.reason === "max_waiting") return;
  await appendEvent(transaction, {
    type: "hand.waits_for_humans",
    handName: row.hand_name,
    data: { waitingCount, hint: "Its fires are skipped until some of its requests are decided." },
  });
}

async function skip(
  parts: ClaimParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  reason: string,
): Promise<ClaimResult> {
  await endExecution(parts, transaction, row, {
    outcome: "skipped",
    reason,
    output: "",
    error: null,
    deliveries: [],
    retryAt: null,
  });
  return { kind: "ended" };
}

/**
 * Overlap `cancel`: what runs is asked to end, what sleeps ends here; what waits for a human is spared. Gives how many have still to end.
 */
async function cancelOthers(
  parts: ClaimParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
): Promise<number> {
  const others = await forUpdate(
    transaction,
    transaction.db
      .selectFrom("hand_executions")
      .selectAll()
      .where("hand_name", "=", row.hand_name)
      .where(isOpen)
      .where("id", "!=", row.id)
      .where((builder) =>
        builder.or([
          builder("status", "=", "running"),
          builder.and([builder("status", "=", "waiting"), builder("reason", "in", ["sleep", "budget"])]),
        ]),
      ),
  ).execute();
  for (const other of others) {
    if (other.status === "running") {
      await requestCancel(transaction, other, "overlap");
      continue;
    }
    await endExecution(parts, transaction, other, {
      outcome: "cancelled",
      reason: "overlap",
      output: other.output,
      error: { code: "cancelled", message: "a newer fire took its place (overlap = cancel)" },
      deliveries: [],
      retryAt: null,
    });
  }
  return others.filter((other) => other.status === "running").length;
}

/** Asks the process that runs it to end it. */
export async function requestCancel(
  transaction: StoreTransaction,
  row: ExecutionRow,
  by: string,
): Promise<void> {
  await transaction.db
    .updateTable("hand_executions")
    .set({ cancel_requested_at: transaction.nowMs, cancel_requested_by: by })
    .where("id", "=", row.id)
    .where("cancel_requested_at", "is", null)
    .execute();
  await appendExecutionEvent(transaction, row, "execution.cancel_requested", { by }, true);
  transaction.notify({ kind: "cancel", executionId: row.id });
}

async function take(
  parts: ClaimParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  prepared: Prepared,
): Promise<ExecutionRow> {
  const isTakeover = row.status === "running";
  const snapshot = row.version_hash === null && prepared.kind === "snapshot" ? prepared.snapshot : null;
  const version = row.version_hash ?? snapshot?.hash ?? null;
  const attempt = row.attempt + 1;
  const type = isTakeover
    ? "execution.taken_over"
    : row.fence === 0
      ? "execution.started"
      : "execution.resumed";
  const [taken] = await Promise.all([
    takeExecution(transaction, row.id, {
      fence: row.fence + 1,
      attempt,
      lost_leases: isTakeover ? row.lost_leases + 1 : row.lost_leases,
      lease_owner: parts.nodeId,
      lease_until: transaction.nowMs + LEASE_MS,
      started_at: row.started_at ?? Math.max(transaction.nowMs, row.created_at),
      version_hash: version,
    }),
    updateHandState(transaction, row.hand_name, {
      status: "running",
      ...(row.started_at === null ? { last_run_at: transaction.nowMs } : {}),
    }),
    snapshot === null ? null : parts.versions.keep(transaction, row.hand_name, snapshot),
    appendExecutionEvent(transaction, row, type, { attempt, node: parts.nodeId, version }, true),
  ]);
  transaction.notify({ kind: "hand", handName: row.hand_name });
  return taken;
}

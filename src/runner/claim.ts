import type { Clock, Redactor } from "../core/index.ts";
import type { HandSnapshot } from "../manifest/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import type { ExecutionHead, ExecutionRow, Store, StoreTransaction } from "../store/index.ts";
import {
  appendEvent,
  appendExecutionEvent,
  findExecutionHead,
  insertDraft,
  lockClaimableExecution,
  takeExecution,
  updateHandState,
} from "../store/index.ts";
import { lockCircumstances } from "./claim-circumstances.ts";
import { endExecution } from "./end-execution.ts";
import type { JudgeParts, Verdict } from "./judge-execution.ts";
import { judgeExecution } from "./judge-execution.ts";
import type { ClockReading } from "./lease.ts";
import { LEASE_MS } from "./lease.ts";
import type { ClaimFacts } from "./prepare-claim.ts";
import { prepareClaim } from "./prepare-claim.ts";
import { cancelOthers } from "./request-cancel.ts";
import { draftStart, isStartable, sendWakeUp, startExecution } from "./start-execution.ts";
import type { Turns } from "./turns.ts";
import type { HandDirectory, HandLookup, StartRequest } from "./types.ts";
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

/** What a claim takes. */
interface ClaimParts extends JudgeParts {
  readonly store: Store;
  readonly queue: WorkQueue;
  readonly redactor: Redactor;
  readonly versions: VersionKeeper;
  readonly clock: Clock;
  readonly hands: HandDirectory;
  /** Claims of one hand wait for each other at its row: here, they wait without a connection. */
  readonly turns: Turns;
  readonly nodeId: string;
}

/** Lost leases in a row, with no result between them, after which an execution is given up. */
const MOST_LOST_LEASES = 3;

/**
 * Takes an execution: one that is queued and admitted, or a running one whose lease has passed. It is judged under locks on the
 * execution's row and then on the hand's.
 */
export async function claimExecution(parts: ClaimParts, executionId: string): Promise<ClaimResult> {
  const seen = await findExecutionHead(parts.store, executionId);
  if (seen === undefined || seen.status === "waiting" || seen.status === "ended")
    return { kind: "not_claimable" };
  const attempt = async () => {
    const facts = await prepareClaim(parts, seen.hand_name, seen.version_hash);
    return await parts.store.transaction((transaction) => claim(parts, transaction, seen, facts));
  };
  // Where rows are not locked, claims of one turn of the event loop share a commit.
  return parts.store.capabilities.locksRows
    ? await parts.turns.take(seen.hand_name, attempt)
    : await attempt();
}

/** An execution that was started, and what taking it came to. Its id is null where there is nothing to run. */
interface StartedExecution {
  readonly executionId: string | null;
  readonly claim: ClaimResult;
}

/**
 * Starts an execution and takes it in the same transaction, so that no other process can be faster: what is admitted is under a lease from the
 * beginning.
 */
export async function startAndClaim(
  parts: ClaimParts,
  transaction: StoreTransaction,
  request: StartRequest,
  facts: ClaimFacts,
): Promise<StartedExecution> {
  if (!isStartable(request)) {
    const executionId = await startExecution(parts, transaction, request);
    return { executionId, claim: { kind: "not_claimable" } };
  }
  const draft = draftStart(parts, transaction, request);
  const circumstances = await lockCircumstances(transaction, draft);
  const verdict = await judgeExecution(parts, transaction, draft, { ...facts, circumstances });
  if (verdict.kind === "admit") {
    const row = await insertTaken(parts, transaction, draft, facts);
    if (row === null) return { executionId: null, claim: { kind: "not_claimable" } };
    return { executionId: row.id, claim: toClaimed(row, facts) };
  }
  const row = await insertDraft(transaction, draft);
  if (row === null) return { executionId: null, claim: { kind: "not_claimable" } };
  if (verdict.kind === "not_ours") await sendWakeUp(parts, transaction, row);
  return { executionId: row.id, claim: await follow(parts, transaction, row, verdict, facts) };
}

/** `seen` is the execution as it was a moment ago; what can change is read again under its lock. */
async function claim(
  parts: ClaimParts,
  transaction: StoreTransaction,
  seen: ExecutionHead,
  facts: ClaimFacts,
): Promise<ClaimResult> {
  // Asked for together, answered one after the other: the execution is locked before its hand, and the hand before it is counted.
  const [row, early] = await Promise.all([
    lockClaimableExecution(transaction, seen.id),
    seen.status === "queued" ? lockCircumstances(transaction, seen) : null,
  ]);
  if (row === undefined) return { kind: "not_claimable" };
  if (row.status === "queued") {
    const circumstances = early ?? (await lockCircumstances(transaction, row));
    const verdict = await judgeExecution(parts, transaction, row, { ...facts, circumstances });
    return await follow(parts, transaction, row, verdict, facts);
  }
  if (row.lost_leases + 1 < MOST_LOST_LEASES)
    return toClaimed(await take(parts, transaction, row, facts), facts);
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

/** Does to a queued execution what was decided about it. */
async function follow(
  parts: ClaimParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  verdict: Verdict,
  facts: ClaimFacts,
): Promise<ClaimResult> {
  switch (verdict.kind) {
    case "not_ours":
      return verdict;
    case "hold":
      return await hold(transaction, row, verdict.reason);
    case "skip":
      if (verdict.reason === "max_waiting") await sayOnce(transaction, row, verdict.waitingCount);
      return await skip(parts, transaction, row, verdict.reason);
    case "cancel_others":
      // Nobody wakes it again where only sleepers were in its way: they have ended here.
      if ((await cancelOthers(parts, transaction, row)) > 0) return await hold(transaction, row, "overlap");
      return toClaimed(await take(parts, transaction, row, facts), facts);
    case "admit":
      return toClaimed(await take(parts, transaction, row, facts), facts);
  }
}

function toClaimed(row: ExecutionRow, facts: ClaimFacts): ClaimResult {
  const { lookup, sentAt } = facts;
  return { kind: "claimed", row, sentAt, lookup, folderHash: findSnapshot(facts)?.hash ?? null };
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

/** Puts an execution whose row is locked under a lease of this process. */
async function take(
  parts: ClaimParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  facts: ClaimFacts,
): Promise<ExecutionRow> {
  const isTakeover = row.status === "running";
  const taken = {
    fence: row.fence + 1,
    attempt: row.attempt + 1,
    lost_leases: isTakeover ? row.lost_leases + 1 : row.lost_leases,
    lease_owner: parts.nodeId,
    lease_until: transaction.nowMs + LEASE_MS,
    started_at: row.started_at ?? Math.max(transaction.nowMs, row.created_at),
    version_hash: row.version_hash ?? findSnapshot(facts)?.hash ?? null,
  };
  const type = row.fence === 0 ? "execution.started" : "execution.resumed";
  const [now] = await Promise.all([
    takeExecution(transaction, row, taken),
    recordTaking(
      parts,
      transaction,
      { ...row, ...taken },
      {
        type: isTakeover ? "execution.taken_over" : type,
        isFirst: row.started_at === null,
      },
    ),
    row.version_hash === null ? keepVersion(parts, transaction, row.hand_name, facts) : null,
  ]);
  return now;
}

/** Inserts an execution under a lease of this process. Null where its fire or its event has a row already. */
async function insertTaken(
  parts: ClaimParts,
  transaction: StoreTransaction,
  draft: ExecutionRow,
  facts: ClaimFacts,
): Promise<ExecutionRow | null> {
  const taken = {
    fence: 1,
    attempt: 1,
    lost_leases: 0,
    lease_owner: parts.nodeId,
    lease_until: transaction.nowMs + LEASE_MS,
    started_at: transaction.nowMs,
    version_hash: findSnapshot(facts)?.hash ?? null,
  };
  const row = await insertDraft(transaction, draft, taken);
  if (row === null) return null;
  await Promise.all([
    recordTaking(parts, transaction, row, { type: "execution.started", isFirst: true }),
    keepVersion(parts, transaction, row.hand_name, facts),
  ]);
  return row;
}

/** What else is written when an execution is taken, whose row is given as it is then. */
async function recordTaking(
  parts: ClaimParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  { type, isFirst }: { readonly type: string; readonly isFirst: boolean },
): Promise<void> {
  const { hand_name: handName, attempt, version_hash: version } = row;
  await Promise.all([
    updateHandState(transaction, handName, {
      status: "running",
      ...(isFirst ? { last_run_at: transaction.nowMs } : {}),
    }),
    appendExecutionEvent(transaction, row, type, { attempt, node: parts.nodeId, version }, true),
  ]);
  transaction.notify({ kind: "hand", handName });
}

function findSnapshot({ version }: ClaimFacts): HandSnapshot | null {
  return version.kind === "snapshot" ? version.snapshot : null;
}

async function keepVersion(
  parts: ClaimParts,
  transaction: StoreTransaction,
  handName: string,
  facts: ClaimFacts,
): Promise<void> {
  const snapshot = findSnapshot(facts);
  if (snapshot !== null) await parts.versions.keep(transaction, handName, snapshot);
}

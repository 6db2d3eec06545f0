import { nextFires } from "../schedule/index.ts";
import type { HandDigest, HandTroubleRow, Store, StoreTransaction } from "../store/index.ts";
import {
  changeRuntimeValue,
  countPendingApprovals,
  digestExecutions,
  listTroubles,
  readRuntimeValue,
} from "../store/index.ts";
import { addNotice } from "./notices.ts";

/** The key in `runtime_state` of the instant up to which the last digest told. */
const DIGEST_KEY = "notices.digest";

/** When the digest comes. */
export interface DigestSettings {
  /** A wall time, as in `09:00`. */
  readonly at: string;
  readonly timezone: string;
}

/** What a digest tells. */
export interface DigestFacts {
  readonly hands: readonly HandDigest[];
  readonly waitingCount: number;
  readonly troubles: readonly HandTroubleRow[];
}

/**
 * Sends the digest if its time has come, once over all processes; one that was missed is made up for by the next that runs. Gives the instant
 * of the next.
 */
export async function sendDigest(
  store: Store,
  settings: DigestSettings,
  parts: { readonly channels: readonly string[]; readonly publicUrl: string | null },
): Promise<number> {
  const nowMs = store.nowMs();
  const known = await readRuntimeValue(store, DIGEST_KEY);
  const last = known === null ? nowMs : Number(known);
  const dueAt = findNext(settings, last);
  if (known !== null && dueAt > nowMs) return dueAt;
  await store.transaction(async (transaction) => {
    const now = transaction.nowMs;
    if (!(await changeRuntimeValue(transaction, DIGEST_KEY, known, String(now))) || known === null) return;
    const facts = await readDigest(transaction, last, now);
    const notice = describeDigest(facts);
    if (notice === null) return;
    await addNotice(transaction, parts.channels, {
      key: `digest:${dueAt}`,
      kind: "digest",
      ...notice,
      url: parts.publicUrl,
      handName: null,
    });
  });
  return findNext(settings, nowMs);
}

function findNext({ at, timezone }: DigestSettings, afterMs: number): number {
  const [next] = nextFires({ at, timezone }, { from: new Date(afterMs), count: 1 });
  return next?.getTime() ?? Number.POSITIVE_INFINITY;
}

async function readDigest(
  transaction: StoreTransaction,
  fromMs: number,
  untilMs: number,
): Promise<DigestFacts> {
  return {
    hands: await digestExecutions(transaction, { fromMs, untilMs }),
    waitingCount: (await countPendingApprovals(transaction, untilMs)).count,
    troubles: await listTroubles(transaction),
  };
}

/** The words of a digest, or null where there is nothing to tell. */
export function describeDigest(facts: DigestFacts): { readonly title: string; readonly text: string } | null {
  const { hands, waitingCount, troubles } = facts;
  if (hands.length === 0 && waitingCount === 0 && troubles.length === 0) return null;
  const sum = (pick: (hand: HandDigest) => number) => hands.reduce((total, hand) => total + pick(hand), 0);
  const succeeded = sum((hand) => hand.succeeded);
  const failed = sum((hand) => hand.failed);
  const cost = sum((hand) => hand.costUsd);
  const isPartlyUnknown = hands.some(({ hasUnknownCost }) => hasUnknownCost);
  const lines = [
    ...hands.map((hand) => `${hand.handName}: ${describeCounts(hand)}`),
    ...troubles.map(({ hand_name: name, kind, message }) => `${name} is ${kind}: ${message}`),
    ...(waitingCount === 0 ? [] : [`${waitingCount} waiting for a decision`]),
    ...(hands.length === 0
      ? []
      : [`Cost: $${cost.toFixed(4)}${isPartlyUnknown ? ", and something whose price is not known" : ""}`]),
  ];
  return {
    title: `The last day: ${succeeded} succeeded, ${failed} failed, ${waitingCount} waiting`,
    text: lines.join("\n"),
  };
}

function describeCounts({ succeeded, failed, cancelled }: HandDigest): string {
  const parts = [
    ...(succeeded > 0 ? [`${succeeded} succeeded`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  return parts.join(", ");
}

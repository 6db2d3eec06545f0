import { normaliseForHuman } from "../approvals/index.ts";
import type { EventRecord, StoreTransaction } from "../store/index.ts";
import { endTrouble, listHandHealth, listTroubles, noteTrouble } from "../store/index.ts";
import { formatInstant } from "./describe-outcome.ts";
import type { NewNotice } from "./notices.ts";

/** Events that may have something to say to people. */
export function mayTell({ type }: EventRecord): boolean {
  return TELLING.has(type);
}

const TELLING: ReadonlySet<string> = new Set([
  "execution.failed",
  "execution.succeeded",
  "hands.loaded",
  "hand.asks_too_much",
  "budget.warned",
  "budget.reached",
]);

/** Names beyond these are only counted. */
const MOST_NAMES = 20;

/**
 * What one event makes worth saying, in the order of events: one alert when a hand starts to fail or breaks, nothing while that goes on, one
 * message when it is over.
 */
export async function deriveNotices(
  transaction: StoreTransaction,
  event: EventRecord,
  publicUrl: string | null,
): Promise<readonly NewNotice[]> {
  const { type, handName } = event;
  if (type === "hands.loaded") return await compareHealth(transaction, event, publicUrl);
  if (handName === null && !type.startsWith("budget.")) return [];
  const name = handName ?? "the project";
  if (type === "execution.failed") {
    const message = readMessage(event.data);
    if (!(await noteTrouble(transaction, { handName: name, kind: "failing", message }))) return [];
    const text = `${message}\n\nFurther failures are not reported one by one. You are told when it succeeds again.\n${showCommand(event)}`;
    return [toNotice(event, "alert", `${name} has started to fail`, text, publicUrl)];
  }
  if (type === "execution.succeeded") {
    const trouble = await endTrouble(transaction, name, "failing");
    if (trouble === undefined) return [];
    const times = trouble.count === 1 ? "once" : `${trouble.count} times`;
    return [
      toNotice(event, "recovery", `${name} succeeds again`, `It had failed ${times} in a row.`, publicUrl),
    ];
  }
  if (type === "hand.asks_too_much") {
    const { count, bound } = event.data as { readonly count: number; readonly bound: number };
    const text = `It asked for ${count} decisions in 24 hours, and max_requests_per_day is ${bound}. What it asks from now on is not sent here.\nLook at what it does, then: hands resume ${name}`;
    return [toNotice(event, "alert", `${name} asks too much and is paused`, text, publicUrl)];
  }
  return tellBudget(event, publicUrl);
}

async function compareHealth(
  transaction: StoreTransaction,
  event: EventRecord,
  publicUrl: string | null,
): Promise<readonly NewNotice[]> {
  const hands = await listHandHealth(transaction);
  const broken: string[] = [];
  for (const { name, isBroken, problem } of hands) {
    if (isBroken && (await noteTrouble(transaction, { handName: name, kind: "broken", message: problem }))) {
      broken.push(`${name}: ${normaliseForHuman(problem)}`);
    }
  }
  const mended: string[] = [];
  for (const { hand_name: name, kind } of await listTroubles(transaction)) {
    const hand = hands.find((candidate) => candidate.name === name);
    if (kind !== "broken" || hand?.isBroken === true) continue;
    await endTrouble(transaction, name, "broken");
    // One that was removed has not recovered.
    if (hand !== undefined) mended.push(name);
  }
  const notices: NewNotice[] = [];
  if (broken.length > 0) {
    const title = broken.length === 1 ? `${nameOf(broken)} is broken` : `${broken.length} hands are broken`;
    const text = `${list(broken)}\n\nhands validate shows every problem at its place.`;
    notices.push(toNotice(event, "alert", title, text, publicUrl));
  }
  if (mended.length > 0) {
    const title = mended.length === 1 ? `${mended[0]} is mended` : `${mended.length} hands are mended`;
    notices.push(toNotice(event, "recovery", title, list(mended), publicUrl));
  }
  return notices;
}

function toNotice(
  event: EventRecord,
  kind: NewNotice["kind"],
  title: string,
  text: string,
  publicUrl: string | null,
): NewNotice {
  const path = event.executionId === null ? "" : `/executions/${encodeURIComponent(event.executionId)}`;
  return {
    key: `${kind}:${event.id}`,
    kind,
    title,
    text,
    url: publicUrl === null ? null : `${publicUrl}${path}`,
    handName: event.handName,
  };
}

/** The words of an event's data: its error, its message, else its reason. */
function readMessage(data: EventRecord["data"]): string {
  const { error, message, reason } = (data ?? {}) as {
    readonly error?: { readonly message?: unknown } | null;
    readonly message?: unknown;
    readonly reason?: unknown;
  };
  const words = [error?.message, message, reason].find((word) => typeof word === "string");
  return normaliseForHuman(typeof words === "string" ? words : "It gave no reason.");
}

/** A day's money, of a hand or of all. One execution that used up its own has failed, and that is told. */
function tellBudget(event: EventRecord, publicUrl: string | null): readonly NewNotice[] {
  const { scope, limitUsd, spentUsd, resetsAt } = (event.data ?? {}) as {
    readonly scope?: string;
    readonly limitUsd?: number;
    readonly spentUsd?: number;
    readonly resetsAt?: string | null;
  };
  if (scope === "execution" || limitUsd === undefined || spentUsd === undefined) return [];
  const who = scope === "hand" && event.handName !== null ? event.handName : "the project";
  const isReached = event.type === "budget.reached";
  const title = `${who}: ${isReached ? "the day's budget is used up" : "most of the day's budget is used"}`;
  const reset = resetsAt == null ? "" : ` It resets ${formatInstant(Date.parse(resetsAt))}.`;
  const consequence = isReached ? " What would cost more waits until then." : "";
  const text = `$${formatMoney(spentUsd, limitUsd)} of $${formatMoney(limitUsd, limitUsd)} are spent.${reset}${consequence}`;
  return [toNotice(event, "budget", title, text, publicUrl)];
}

/** Cents are enough where the limit is dollars. */
function formatMoney(amountUsd: number, limitUsd: number): string {
  return amountUsd.toFixed(limitUsd >= 1 ? 2 : 4);
}

function showCommand({ executionId }: EventRecord): string {
  return executionId === null ? "" : `hands execution show ${executionId}`;
}

function nameOf(lines: readonly string[]): string {
  return (lines[0] ?? "").split(":", 1)[0] ?? "";
}

function list(lines: readonly string[]): string {
  const more = lines.length > MOST_NAMES ? [`and ${lines.length - MOST_NAMES} more`] : [];
  return [...lines.slice(0, MOST_NAMES), ...more].join("\n");
}

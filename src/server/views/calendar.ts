import { toIso } from "../../core/index.ts";
import type { FireRange } from "../../schedule/index.ts";
import { compileSchedule } from "../../schedule/index.ts";
import type { CalendarExecution } from "../../store/index.ts";
import { listExecutionsBetween, listHandStates } from "../../store/index.ts";
import type { Calendar, CalendarEntry } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";
import { calculateDurationMs } from "./execution-view.ts";

/** More fires of one hand in the span than these are given as a number. */
const MOST_FIRES_OF_A_HAND = 200;
const MOST_EXECUTIONS = 5_000;

/** What ran, was skipped and will run in a span. */
export async function readCalendar(
  context: ServerContext,
  span: { readonly from: number; readonly to: number; readonly handName?: string | undefined },
): Promise<Calendar> {
  const { store } = context.runtime;
  const nowMs = store.nowMs();
  const executions = await listExecutionsBetween(store, { ...span, limit: MOST_EXECUTIONS });
  const past = executions.map((row) => toPastEntry(row, nowMs));
  const future = await planFires(context, span, nowMs, new Set(past.map(nameInstant)));
  return {
    from: toIso(span.from),
    to: toIso(span.to),
    entries: [...past, ...future.entries].sort((left, right) => (left.at < right.at ? -1 : 1)),
    frequent: future.frequent,
    isCut: executions.length >= MOST_EXECUTIONS,
  };
}

function toPastEntry(row: CalendarExecution, nowMs: number): CalendarEntry {
  const range = row.coalesced_json === null ? null : (JSON.parse(row.coalesced_json) as FireRange);
  return {
    handName: row.hand_name,
    at: toIso(row.scheduled_for ?? row.created_at),
    kind: row.status !== "ended" ? "open" : row.outcome === "skipped" ? "skipped" : "ran",
    trigger: row.trigger,
    executionId: row.id,
    outcome: row.outcome,
    reason: row.reason ?? row.error,
    durationMs: calculateDurationMs(row, nowMs),
    lastAt: range === null ? null : toIso(range.last),
    count: range?.count ?? 1,
  };
}

/** The fires to come of every hand that is enabled and has a schedule; those of paused hands are held. */
async function planFires(
  context: ServerContext,
  span: { readonly from: number; readonly to: number; readonly handName?: string | undefined },
  nowMs: number,
  taken: ReadonlySet<string>,
): Promise<Pick<Calendar, "entries" | "frequent">> {
  const { registry, store } = context.runtime;
  const states = new Map((await listHandStates(store)).map((state) => [state.hand_name, state]));
  const entries: CalendarEntry[] = [];
  const frequent: Calendar["frequent"][number][] = [];
  const paused = new Set(
    (await registry.listEntries()).filter(({ status }) => status === "paused").map(({ name }) => name),
  );
  for (const { name, schedule: config } of registry.getScheduledHands()) {
    if (config === null || (span.handName !== undefined && span.handName !== name)) continue;
    const schedule = compileSchedule(config);
    const anchor = states.get(name)?.anchor_at ?? nowMs;
    const from = Math.max(span.from, nowMs);
    const count = from < span.to ? schedule.countBetween(from, span.to, anchor) : 0;
    const first = schedule.nextAfter(from - 1, anchor);
    if (count === 0 || first === null) continue;
    if (count > MOST_FIRES_OF_A_HAND) {
      frequent.push({ handName: name, count, firstAt: toIso(first), lastAt: toIso(span.to) });
      continue;
    }
    const kind = paused.has(name) ? "held" : "planned";
    for (let fire: number | null = first; fire !== null && fire < span.to; ) {
      const entry = toFutureEntry(name, fire, kind);
      if (!taken.has(nameInstant(entry))) entries.push(entry);
      fire = schedule.nextAfter(fire, anchor);
    }
  }
  return { entries, frequent };
}

function toFutureEntry(handName: string, fire: number, kind: "held" | "planned"): CalendarEntry {
  return {
    handName,
    at: toIso(fire),
    kind,
    trigger: "schedule",
    executionId: null,
    outcome: null,
    reason: null,
    durationMs: null,
    lastAt: null,
    count: 1,
  };
}

function nameInstant(entry: CalendarEntry): string {
  return `${entry.handName} ${entry.at}`;
}

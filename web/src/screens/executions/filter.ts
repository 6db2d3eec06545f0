import type { ExecutionFilter } from "../../api/types.ts";

export type FilterMember = "hand" | "status" | "outcome" | "trigger" | "since" | "until" | "search";

const oneOf = <Value extends string>(values: readonly Value[], text: string | null): Value | undefined =>
  values.find((value) => value === text);

export const statuses = ["queued", "running", "waiting", "ended"] as const;
export const outcomes = [
  "success",
  "failure",
  "approval_pending",
  "timeout",
  "skipped",
  "cancelled",
] as const;
export const triggers = ["schedule", "manual", "event", "webhook"] as const;

/** The filter that an address says; what it cannot mean is left out. */
export function readFilter(search: URLSearchParams): ExecutionFilter {
  const status = oneOf(statuses, search.get("status"));
  const outcome = oneOf(outcomes, search.get("outcome"));
  const trigger = oneOf(triggers, search.get("trigger"));
  const since = readInstant(search.get("since"));
  const until = readInstant(search.get("until"));
  const hand = search.get("hand") ?? "";
  const text = (search.get("search") ?? "").slice(0, 200);
  return {
    ...(hand === "" ? {} : { hand }),
    ...(status === undefined ? {} : { status: [status] }),
    ...(outcome === undefined ? {} : { outcome: [outcome] }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(text === "" ? {} : { search: text }),
  };
}

export function isEmptyFilter(filter: ExecutionFilter): boolean {
  return Object.keys(filter).length === 0;
}

export const noFilter: Readonly<Record<FilterMember, null>> = {
  hand: null,
  status: null,
  outcome: null,
  trigger: null,
  since: null,
  until: null,
  search: null,
};

/** A day of a date field, or an instant. */
function readInstant(text: string | null): string | undefined {
  const atMs =
    text === null ? Number.NaN : Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
}

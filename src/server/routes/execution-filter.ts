import type { z } from "zod";
import type { ExecutionFilter } from "../../store/index.ts";
import type { executionFilter } from "../schemas/executions.ts";

/** A filter of the API as the store takes it. */
export function toFilter(filter: z.output<typeof executionFilter>): ExecutionFilter {
  const { hand, status, outcome, trigger, since, until, search } = filter;
  return {
    handName: hand,
    statuses: status,
    outcomes: outcome,
    trigger,
    since: since === undefined ? undefined : Date.parse(since),
    until: until === undefined ? undefined : Date.parse(until),
    search,
  };
}

/** Does it leave nothing out? */
export function isEmptyFilter(filter: ExecutionFilter): boolean {
  return Object.values(filter).every(
    (value) => value === undefined || (Array.isArray(value) && value.length === 0),
  );
}

/** How long things are kept. Null keeps them for ever. */
export interface RetentionPolicy {
  /** Ended executions, with their steps, requests and deliveries, this long after their end. */
  readonly executionsMs: number | null;
  /** So many executions of each hand; older ended ones go, whatever their age, but none of the last 48 hours. */
  readonly executionsPerHand: number | null;
  /** So many of the newest executions of each hand stay, whatever their age. */
  readonly keepNewest: number;
  readonly eventsMs: number | null;
  /** Deliveries that were made, failed or were denied, this long after that. */
  readonly deliveriesMs: number | null;
  /** Versions of hands that nothing refers to, this long after they were first run. */
  readonly versionsMs: number | null;
  /** The folder that what goes is written to before; null writes nothing. */
  readonly archiveDir: string | null;
}

/** Is there anything that it lets go? */
export function prunesAnything(policy: RetentionPolicy): boolean {
  const { executionsMs, executionsPerHand, eventsMs, deliveriesMs, versionsMs } = policy;
  return [executionsMs, executionsPerHand, eventsMs, deliveriesMs, versionsMs].some(
    (limit) => limit !== null,
  );
}

/** A day's budget is summed up over its executions, and a day has up to 25 hours somewhere: a count spares this much. */
export const COUNT_SPARES_MS = 48 * 3_600_000;

const RETRYABLE_CLIENT_ERRORS: readonly number[] = [408, 409, 425, 429];

/** Can the same request succeed later? Of client errors only those that speak of time or of load. */
export function isRetryableStatus(status: number): boolean {
  return status >= 500 || RETRYABLE_CLIENT_ERRORS.includes(status);
}

/** A number of seconds, or a date. Source: RFC 9110, section 10.2.3. */
export function readRetryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === "") return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1000));
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

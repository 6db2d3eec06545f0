/** A date without a zone, to whose end one can be written. */
const WITHOUT_ZONE = /\d$/;
const WITH_OFFSET = /(?:[+-]\d{2}:?\d{2}|Z)$/i;

/**
 * A date as feeds and pages write it (RFC 822, RFC 3339 and much in between) in ISO 8601, or null where it cannot be read.
 * Without a zone it is taken as UTC: the zone of this machine would be a guess too, and a different one on each.
 */
export function parseLooseDate(written: string): string | null {
  const text = written.trim();
  if (text === "") return null;
  const isDateAlone = /^\d{4}(-\d{2}){0,2}$/.test(text);
  const hasNoZone = !isDateAlone && WITHOUT_ZONE.test(text) && !WITH_OFFSET.test(text);
  const epochMs = Date.parse(hasNoZone ? `${text}${text.includes("T") ? "Z" : " GMT"}` : text);
  return Number.isNaN(epochMs) ? null : new Date(epochMs).toISOString();
}

const FORM =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d(?::?\d\d)?)?$/i;

/**
 * Epoch milliseconds of an instant as the seed wrote it: Python's `isoformat`, with or without a fraction and an offset; one
 * without an offset is UTC. Null for anything else, a day that does not exist included.
 */
export function parseSeedInstant(text: string): number | null {
  const match = FORM.exec(text.trim());
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const milliseconds = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const date = new Date(epochMs);
  const exists =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return exists ? epochMs - parseOffsetMs(match[8]) : null;
}

function parseOffsetMs(text: string | undefined): number {
  if (text === undefined || text.toUpperCase() === "Z") return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (text.slice(1).replaceAll(":", "").match(/\d\d/g) ?? []).map(
    Number,
  );
  return (text.startsWith("-") ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

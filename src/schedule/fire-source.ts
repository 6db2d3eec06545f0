/** Where fires come from, before start and end are applied. The meaning of the methods is that of {@link Schedule}. */
export interface FireSource {
  nextAfter(afterMs: number, anchorMs: number): number | null;
  countBetween(fromMs: number, untilMs: number, anchorMs: number): number;
}

/** No schedule fires before this, the year 1800; it keeps every search inside what calendars and zones know. */
export const EARLIEST_FIRE_MS = Date.UTC(1800);

/** No schedule fires from here on, the year 3000, at which croner ends its search. */
export const FIRES_END_MS = Date.UTC(3000);

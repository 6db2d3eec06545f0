/** An instant for people: `2025-11-23 07:00:00Z`. */
export function formatInstant(instant: string | number): string {
  return new Date(instant)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
}

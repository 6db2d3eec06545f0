import type { NewHand } from "./types.ts";

/** The beginning of a manifest, which all templates share. */
export function renderHead({ name, description, schedule, schemaAddress }: NewHand): string {
  const when =
    schedule === null
      ? 'trigger = "manual"          # in place of it, to run by itself: schedule = "0 7 * * 1-5"'
      : `schedule = ${JSON.stringify(schedule)}  # minute, hour, day, month, weekday, in UTC; docs/schedules.md has more`;
  return `#:schema ${schemaAddress}

[hand]
name = ${JSON.stringify(name)}
description = ${JSON.stringify(description)}
version = "0.1.0"
${when}
`;
}

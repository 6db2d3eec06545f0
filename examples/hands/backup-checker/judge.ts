// What the files mean: no clock, no tools, the same answer for the same files.

/** What a backup has to be like. */
export interface Rules {
  readonly max_age_hours: number;
  readonly min_bytes: number;
  readonly min_count: number;
  readonly max_shrink_percent: number;
}

/** What the tool inspect_backups gives. */
export interface Inspection {
  readonly problem: string | null;
  readonly found: readonly {
    readonly name: string;
    readonly modifiedAt: string;
    readonly byteLength: number;
  }[];
  readonly count?: number;
  readonly checksum: "matches" | "differs" | "missing" | null;
}

const HOUR_MS = 60 * 60 * 1000;

/** Everything that is wrong with one backup; empty where nothing is. */
export function judge(
  { problem, found, count, checksum }: Inspection,
  rules: Rules,
  now: Date,
): readonly string[] {
  if (problem !== null) return [`its folder cannot be read: ${problem}`];
  const [newest, previous] = found;
  if (newest === undefined) return ["there is no backup"];
  const ageHours = calculateAgeHours(newest.modifiedAt, now);
  const shrinkPercent =
    previous === undefined || previous.byteLength === 0
      ? 0
      : Math.round(100 - (100 * newest.byteLength) / previous.byteLength);
  return [
    ...(ageHours > rules.max_age_hours ? [`the newest is ${ageHours} hours old`] : []),
    ...(newest.byteLength < rules.min_bytes ? [`the newest has only ${newest.byteLength} bytes`] : []),
    ...(shrinkPercent > rules.max_shrink_percent
      ? [`the newest is ${shrinkPercent} % smaller than the one before`]
      : []),
    ...((count ?? found.length) < rules.min_count ? [`there are ${count}, not ${rules.min_count}`] : []),
    ...(checksum === "differs" ? ["the newest does not match its checksum"] : []),
  ];
}

/** In whole hours, rounded down. */
export function calculateAgeHours(instant: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(instant)) / HOUR_MS);
}

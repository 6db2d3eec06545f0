// What the measurements mean: no clock, no tools, the same answer for the same numbers.

/** One database, as it was found. */
export interface Measured {
  readonly name: string;
  /** What is wrong with it; null for nothing. */
  readonly problem: string | null;
  readonly sizeBytes: number | null;
  readonly emptyBytes: number;
}

/** The size of a database at one time. */
export interface Sample {
  readonly at: string;
  readonly sizeBytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The samples with the new one, without those that are too old. */
export function addSample(
  samples: readonly Sample[],
  sample: Sample,
  historyDays: number,
): readonly Sample[] {
  const oldest = new Date(Date.parse(sample.at) - historyDays * DAY_MS).toISOString();
  return [...samples.filter(({ at }) => at >= oldest && at < sample.at), sample];
}

/** Bytes a day between the oldest and the newest sample; null while they are less than a day apart. */
export function calculateGrowth(samples: readonly Sample[]): number | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return null;
  const days = (Date.parse(last.at) - Date.parse(first.at)) / DAY_MS;
  return days < 1 ? null : Math.round((last.sizeBytes - first.sizeBytes) / days);
}

/** Does enough of it lie empty that compacting is worth a question? */
export function isWorthCompacting(
  { problem, sizeBytes, emptyBytes }: Measured,
  { compact_percent, compact_bytes }: { readonly compact_percent: number; readonly compact_bytes: number },
): boolean {
  if (problem !== null || sizeBytes === null) return false;
  return emptyBytes >= compact_bytes && emptyBytes >= (sizeBytes * compact_percent) / 100;
}

/** One line of the report. */
export function describe({ name, problem, sizeBytes, emptyBytes }: Measured, growth: number | null): string {
  if (problem !== null) return `- ✗ **${name}**: ${problem.replace(/\s+/g, " ")}`;
  const parts = [
    formatBytes(sizeBytes ?? 0),
    ...(emptyBytes > 0 ? [`${formatBytes(emptyBytes)} of it empty`] : []),
    growth === null
      ? "growth not known yet"
      : `${growth < 0 ? "shrinks" : "grows"} ${formatBytes(Math.abs(growth))} a day`,
  ];
  return `- ✓ **${name}**: ${parts.join(", ")}`;
}

/** As people read it, in powers of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

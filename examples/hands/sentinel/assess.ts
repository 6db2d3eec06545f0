// What the measurements mean: no clock, no tools, the same answer for the same numbers.

/** What the tool system_stats gives, as far as it is used here. */
export interface SystemStats {
  readonly hostname: string;
  readonly system: string;
  readonly uptimeSeconds: number;
  readonly cpu: { readonly count: number; readonly usePercent: number | null };
  readonly loadAverage: {
    readonly oneMinute: number;
    readonly fiveMinutes: number;
    readonly fifteenMinutes: number;
  };
  readonly memory: { readonly totalBytes: number; readonly usedBytes: number; readonly usedPercent: number };
}

/** One disk of disk_check: measured, or why not. */
export type Disk =
  | {
      readonly path: string;
      readonly totalBytes: number;
      readonly freeBytes: number;
      readonly usedPercent: number;
      readonly error?: never;
    }
  | { readonly path: string; readonly error: string };

/** What the tool db_health gives, as far as it is used here. */
export interface DatabaseHealth {
  readonly engine: string;
  readonly isHealthy: boolean;
  readonly latencyMs: number;
  readonly sizeBytes: number | null;
}

/** Everything that one run measures. */
export interface Measurements {
  readonly system: SystemStats;
  readonly disks: readonly Disk[];
  readonly database: DatabaseHealth;
  readonly busiestProcesses: readonly object[];
}

/** The numbers that are compared, or their limits. Disks go by path. */
export interface Figures {
  readonly diskUsedPercent: Readonly<Record<string, number>>;
  readonly memoryUsedPercent: number;
  /** The load average of five minutes, for each processor. */
  readonly loadPerCpu: number;
  readonly databaseLatencyMs: number;
}

/** What was adopted: the measurements of one run, and the limits a human agreed to. */
export interface Baseline {
  readonly measuredAt: string;
  readonly measured: Figures;
  readonly limits: Figures;
}

/** `[parameters]` of HAND.toml. */
export interface Parameters {
  readonly disks: readonly string[];
  readonly disk_used_percent: number;
  readonly memory_used_percent: number;
  readonly load_per_cpu: number;
  readonly database_latency_ms: number;
  readonly headroom_points: number;
  readonly ask_again_after_days: number;
}

/** One thing that is not as it should be. */
export interface Finding {
  readonly subject: string;
  readonly text: string;
}

/** One number that is held against a limit. */
interface Check {
  readonly subject: string;
  readonly value: number;
  readonly limit: number;
  readonly before: number | null;
  readonly unit: string;
}

/** The numbers of a run that limits are about. */
export function readFigures({ system, disks, database }: Measurements): Figures {
  return {
    diskUsedPercent: Object.fromEntries(
      disks.flatMap((disk) => (disk.error === undefined ? [[disk.path, disk.usedPercent] as const] : [])),
    ),
    memoryUsedPercent: system.memory.usedPercent,
    loadPerCpu: round(system.loadAverage.fiveMinutes / Math.max(1, system.cpu.count)),
    databaseLatencyMs: database.latencyMs,
  };
}

/**
 * Disks and memory fill slowly, so their limits stand a little above what they are now. Load and latency jump: a quiet
 * moment says little about them, and their limits are the thresholds of HAND.toml unless they are above these already.
 */
export function proposeLimits(measured: Figures, parameters: Parameters): Figures {
  const addHeadroom = (percent: number) => Math.min(99, Math.ceil(percent + parameters.headroom_points));
  return {
    diskUsedPercent: Object.fromEntries(
      Object.entries(measured.diskUsedPercent).map(([path, percent]) => [path, addHeadroom(percent)]),
    ),
    memoryUsedPercent: addHeadroom(measured.memoryUsedPercent),
    loadPerCpu: Math.max(parameters.load_per_cpu, round(measured.loadPerCpu * 1.5)),
    databaseLatencyMs: Math.max(parameters.database_latency_ms, Math.ceil(measured.databaseLatencyMs * 1.5)),
  };
}

/** The report of a run, but for its time and what is to be said about the baseline. */
export function assess(
  measurements: Measurements,
  against: { readonly baseline: Baseline | null; readonly parameters: Parameters },
) {
  const { system, disks, database, busiestProcesses } = measurements;
  const checks = listChecks(readFigures(measurements), against);
  const findings: readonly Finding[] = [
    ...checks.filter(({ value, limit }) => value > limit).map(describeExcess),
    ...findFaults(disks, database, against.baseline),
  ];
  return {
    summary: `${summarise(findings)} ${capitalise(checks.map(describeValue).join(", "))}.`,
    findings,
    changes: checks.flatMap(describeChange),
    limitsFrom: against.baseline === null ? "HAND.toml" : "baseline",
    machine: {
      hostname: system.hostname,
      system: system.system,
      cpuCount: system.cpu.count,
      uptimeSeconds: system.uptimeSeconds,
    },
    disks,
    memory: system.memory,
    loadAverage: system.loadAverage,
    cpuUsePercent: system.cpu.usePercent,
    database,
    busiestProcesses,
  };
}

function listChecks(
  measured: Figures,
  { baseline, parameters }: { readonly baseline: Baseline | null; readonly parameters: Parameters },
): readonly Check[] {
  const limits = baseline?.limits;
  const before = baseline?.measured;
  return [
    ...Object.entries(measured.diskUsedPercent).map(([path, value]) => ({
      subject: `disk ${path}`,
      value,
      limit: limits?.diskUsedPercent[path] ?? parameters.disk_used_percent,
      before: before?.diskUsedPercent[path] ?? null,
      unit: " % full",
    })),
    {
      subject: "memory",
      value: measured.memoryUsedPercent,
      limit: limits?.memoryUsedPercent ?? parameters.memory_used_percent,
      before: before?.memoryUsedPercent ?? null,
      unit: " % used",
    },
    {
      subject: "load of five minutes",
      value: measured.loadPerCpu,
      limit: limits?.loadPerCpu ?? parameters.load_per_cpu,
      before: before?.loadPerCpu ?? null,
      unit: " for each processor",
    },
    {
      subject: "database",
      value: measured.databaseLatencyMs,
      limit: limits?.databaseLatencyMs ?? parameters.database_latency_ms,
      before: before?.databaseLatencyMs ?? null,
      unit: " ms to answer",
    },
  ];
}

function describeValue({ subject, value, unit }: Check): string {
  return `${subject} ${value}${unit}`;
}

function describeExcess({ subject, value, limit, before, unit }: Check): Finding {
  const was = before === null ? "" : `; it was ${before} in the baseline`;
  return { subject, text: `${capitalise(subject)}: ${value}${unit}, over the limit of ${limit}${was}.` };
}

/** Percentages alone: load and latency are never twice the same. */
function describeChange({ subject, value, before, unit }: Check): readonly string[] {
  if (before === null || !unit.startsWith(" %")) return [];
  const points = round(value - before);
  if (Math.abs(points) < 1) return [];
  const amount = `${Math.abs(points)} points ${points > 0 ? "more" : "less"}`;
  return [`${capitalise(subject)}: ${value}${unit}, ${amount} than in the baseline.`];
}

function findFaults(
  disks: readonly Disk[],
  database: DatabaseHealth,
  baseline: Baseline | null,
): readonly Finding[] {
  const unmeasured = disks.flatMap(({ path, error }) =>
    error === undefined
      ? []
      : [{ subject: `disk ${path}`, text: `Disk ${path} could not be measured: ${error}.` }],
  );
  const gone = Object.keys(baseline?.measured.diskUsedPercent ?? {})
    .filter((path) => !disks.some((disk) => disk.path === path))
    .map((path) => ({ subject: `disk ${path}`, text: `Disk ${path} is in the baseline and not here now.` }));
  const sick = database.isHealthy
    ? []
    : [{ subject: "database", text: "The database does not answer as it should." }];
  return [...unmeasured, ...gone, ...sick];
}

function summarise(findings: readonly Finding[]): string {
  if (findings.length === 0) return "Everything is within its limits.";
  const subjects = [...new Set(findings.map(({ subject }) => subject))];
  return `Not as it should be: ${subjects.join(", ")}.`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

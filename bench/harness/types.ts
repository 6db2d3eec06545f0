/** One measured figure of a comparison. */
export interface Metric {
  readonly title: string;
  readonly unit: "ms" | "µs" | "/s" | "MB" | "kB" | "bytes" | "cores" | "files";
  readonly better: "lower" | "higher";
}

/** Figures of one measurement, by metric. */
export type Sample = Readonly<Record<string, number>>;

/** What a contender is to ours: the least that the work can cost, the way of the first version, or another product. */
export type Role = "ours" | "floor" | "seed" | "peer";

/** One who does the work of a comparison. */
export interface Contender {
  readonly id: string;
  readonly title: string;
  readonly role: Role;
  /** Makes everything ready. Throws {@link NotRunHere} where the machine lacks what it needs. */
  open(place: BenchPlace): Promise<OpenContender>;
}

/** A contender that is ready. */
export interface OpenContender {
  measure(): Promise<Sample>;
  close?(): Promise<void>;
}

/** Where a measurement may leave its files. */
export interface BenchPlace {
  /** Gives an empty folder, deleted at the end of the case. */
  makeFolder(): string;
}

/** What a comparison is to show: ours so many times better than another, or within a figure. */
export type Target =
  | { readonly metric: string; readonly against: string; readonly advantage: number }
  | { readonly metric: string; readonly atMost: number };

/** The same work, done by several. */
export interface Comparison {
  readonly id: string;
  readonly title: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly contenders: readonly Contender[];
  readonly targets: readonly Target[];
  /** Default: the run's. */
  readonly rounds?: number;
  /** Measurements of each before the first that counts. Default: 1. */
  readonly warmups?: number;
  /** What limits us where a target is not reached; shown only then. */
  readonly limit?: string;
}

/** How large a run is. */
export interface BenchSize {
  /** A share of the full counts, of 1 for a full run. */
  scale(full: number): number;
}

/** One row of the table: comparisons that belong together. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  list(size: BenchSize): readonly Comparison[];
}

/** Thrown where a contender cannot run on this machine; the reason is shown in place of its figures. */
export class NotRunHere extends Error {
  override readonly name = "NotRunHere";
}

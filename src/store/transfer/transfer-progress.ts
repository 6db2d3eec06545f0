import type { Clock } from "../../core/index.ts";

/** How far a migration is. */
export interface TransferProgress {
  readonly phase: "copying" | "checking";
  readonly table: string;
  readonly doneRows: number;
  readonly totalRows: number;
  /** By what this process has done so far; null before anything is. */
  readonly rowsPerSecond: number | null;
  readonly leftMs: number | null;
}

/** Counts rows, and tells of them once a second. */
export class ProgressCounter {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #tell: (progress: TransferProgress) => void;
  readonly #phase: TransferProgress["phase"];
  readonly #totalRows: number;
  readonly #startedMs: number;
  readonly #beforeRows: number;
  #doneRows: number;
  #toldMs: number;

  constructor(options: {
    readonly clock: Pick<Clock, "monotonicMs">;
    readonly tell: (progress: TransferProgress) => void;
    readonly phase: TransferProgress["phase"];
    readonly totalRows: number;
    /** What an earlier process did. */
    readonly doneRows: number;
  }) {
    this.#clock = options.clock;
    this.#tell = options.tell;
    this.#phase = options.phase;
    this.#totalRows = options.totalRows;
    this.#beforeRows = options.doneRows;
    this.#doneRows = options.doneRows;
    this.#startedMs = options.clock.monotonicMs();
    this.#toldMs = this.#startedMs;
  }

  add(table: string, rows: number): void {
    this.#doneRows += rows;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#toldMs < 1_000) return;
    this.#toldMs = nowMs;
    const rowsPerSecond = ((this.#doneRows - this.#beforeRows) * 1_000) / (nowMs - this.#startedMs);
    const leftRows = Math.max(0, this.#totalRows - this.#doneRows);
    this.#tell({
      phase: this.#phase,
      table,
      doneRows: this.#doneRows,
      totalRows: this.#totalRows,
      rowsPerSecond: Math.round(rowsPerSecond),
      leftMs: rowsPerSecond > 0 ? Math.round((leftRows * 1_000) / rowsPerSecond) : null,
    });
  }
}

/** What a process of the chaos is told on its command line, as JSON. */
export interface ChaosChildOptions {
  /** The database, through a proxy of its own that can be cut. */
  readonly db: string;
  readonly dir: string;
  /** Where effects happen. */
  readonly worldUrl: string;
  readonly maxConcurrent: number;
}

/** One effect as the world saw it. */
export interface ChaosEffect {
  readonly name: string;
  /** `<execution>:step:<index>` */
  readonly key: string;
  readonly pid: number;
}

/** The exit code of a machine that could not reach the database when it started. */
export const COULD_NOT_START = 75;

import type BetterSqlite3 from "better-sqlite3";

/** What stands between a process and its database. */
export interface DatabaseTap {
  /** The statement that is run in place of this one. */
  rewrite(sql: string): string;
  /** Called before each run of a statement; what it throws, the statement throws. */
  before(sql: string, database: BetterSqlite3.Database): void;
  /** Called after each run with its rows and parameters; gives the rows that the caller sees. */
  after(
    sql: string,
    rows: unknown[],
    parameters: readonly unknown[],
    database: BetterSqlite3.Database,
  ): unknown[];
}

let tapOfNext: DatabaseTap | null = null;

/** Databases that are opened while the work runs have the tap. */
export async function withTap<T>(tap: DatabaseTap, work: () => Promise<T>): Promise<T> {
  tapOfNext = tap;
  try {
    return await work();
  } finally {
    tapOfNext = null;
  }
}

type Constructor = typeof BetterSqlite3;

/** The driver, with a tap on every statement of a database that was opened under one. */
export function tapDriver(driver: Constructor): Constructor {
  const Driver = driver as unknown as new (...args: unknown[]) => BetterSqlite3.Database;
  class TappedDatabase extends Driver {
    readonly #tap = tapOfNext;

    override prepare<Bound extends unknown[] | object, Result>(sql: string) {
      const tap = this.#tap;
      if (tap === null) return super.prepare(sql) as never;
      const statement = super.prepare(tap.rewrite(sql)) as unknown as BetterSqlite3.Statement<
        unknown[],
        unknown
      >;
      const tapped = {
        reader: statement.reader,
        readonly: statement.readonly,
        all: (...parameters: unknown[]) => {
          tap.before(sql, this);
          return tap.after(sql, statement.all(...parameters), parameters, this);
        },
        run: (...parameters: unknown[]) => {
          tap.before(sql, this);
          const result = statement.run(...parameters);
          tap.after(sql, [], parameters, this);
          return result;
        },
      };
      return tapped as unknown as BetterSqlite3.Statement<
        Bound extends unknown[] ? Bound : [Bound],
        Result
      > as never;
    }
  }
  return Object.assign(TappedDatabase, { SqliteError: driver.SqliteError }) as unknown as Constructor;
}

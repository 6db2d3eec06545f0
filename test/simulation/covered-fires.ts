import type BetterSqlite3 from "better-sqlite3";
import type { Schedule } from "../../src/schedule/index.ts";
import { Violation } from "./story.ts";
import type { FireChange } from "./watched-records.ts";

/** Judges, whenever a hand's next fire moves, whether each instant that was passed has its record. */
export class CoveredFires {
  readonly #compileSchedules: () => ReadonlyMap<string, Schedule>;
  #compiled: ReadonlyMap<string, Schedule> | undefined;
  readonly #rows: BetterSqlite3.Statement;
  fireCount = 0;

  /** `compileSchedules`: of the story, by their hash. It is called once, and in a story without a fire not at all. */
  constructor(view: BetterSqlite3.Database, compileSchedules: () => ReadonlyMap<string, Schedule>) {
    this.#compileSchedules = compileSchedules;
    this.#rows = view.prepare(`
      SELECT id FROM hand_executions WHERE hand_name = @hand AND (scheduled_for = @at
        OR (json_extract(coalesced_json, '$.first') <= @at AND json_extract(coalesced_json, '$.last') >= @at))`);
  }

  /** `hasGoneBack`: the wall was set back by more than a day, so that instants may be passed twice. */
  judge(hand: string, change: FireChange, hasGoneBack: boolean): void {
    const { nextWas, nextIs, lastWas, lastIs, hashWas, hashIs, anchor } = change;
    if (nextWas === null || hashWas !== hashIs) return;
    this.#compiled ??= this.#compileSchedules();
    const schedule = this.#compiled.get(hashWas ?? "");
    if (schedule === undefined) return;
    const anchorMs = anchor ?? 0;
    // Where the wall was set back, the last fire may be dealt with once more, and the next one moved to an earlier instant.
    const isEarlier = nextIs !== null && nextIs < nextWas;
    if (lastIs === lastWas && (isEarlier || (lastIs ?? 0) < nextWas)) {
      if (nextIs !== null && nextIs > nextWas)
        throw new Violation(
          "no fire is passed over",
          `${hand}: next fire ${iso(nextWas)} -> ${iso(nextIs)}, none dealt with`,
        );
      return;
    }
    const lastMs = lastIs ?? nextWas;
    for (
      let at: number | null = nextWas;
      at !== null && at <= lastMs;
      at = schedule.nextAfter(at, anchorMs)
    ) {
      this.fireCount += 1;
      const rows = this.#rows.all({ hand, at });
      const what = `${hand} at ${iso(at)}: ${rows.length} rows`;
      if (rows.length === 0) throw new Violation("every due fire has a row", what);
      if (rows.length > 1 && !hasGoneBack) throw new Violation("every due fire has one row", what);
    }
    const expected = schedule.nextAfter(lastMs, anchorMs);
    if (nextIs !== expected)
      throw new Violation(
        "no fire is passed over",
        `${hand}: after ${iso(lastMs)} comes ${iso(expected)}, stored is ${iso(nextIs)}`,
      );
  }
}

function iso(epochMs: number | null): string {
  return epochMs === null ? "none" : new Date(epochMs).toISOString();
}

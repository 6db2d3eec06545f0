import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { openStore } from "../../src/store/index.ts";
import { Machine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import { createPlan } from "./plan.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import type { Violation } from "./story.ts";
import { Telling } from "./telling.ts";
import { WATCHING } from "./watched-records.ts";

/** What a story came to. */
export interface StoryResult {
  readonly violation: Violation | null;
  readonly lines: readonly string[];
  readonly figures: Figures;
}

/** What happened in a story, by numbers. */
export interface Figures {
  readonly virtualDays: number;
  readonly faults: number;
  readonly fires: number;
  readonly executions: number;
  readonly decisions: number;
  readonly effects: number;
  readonly commits: number;
  readonly outputs: number;
  readonly files: number;
  readonly taps: number;
}

/** Where stories are kept while they last: in memory, where the machine has a place for that. */
function makeFolder(): string {
  return mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "hands-simulation-"));
}

/** Tells stories, each on a machine of its own. */
export class Simulator {
  readonly #dir = makeFolder();
  #count = 0;

  /** Makes the empty database that every story begins with. */
  async open(): Promise<void> {
    const store = await openStore({ db: this.#emptyDatabase, clock: systemClock, logger: silentLogger });
    await store.close();
    const database = new BetterSqlite3(this.#emptyDatabase);
    database.exec(WATCHING);
    database.pragma("journal_mode = DELETE");
    database.close();
    // What is imported when it is first needed takes turns of the event loop that no seed decides: the first story is for that.
    await this.tell(createPlan("0", "brief"));
  }

  close(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** Tells one story to its end, or to the first promise that is broken. */
  async tell(plan: Plan, bug: PlantedBug | null = null): Promise<StoryResult> {
    this.#count += 1;
    const dir = path.join(this.#dir, `story-${this.#count}`);
    const machine = new Machine(plan, { dir, emptyDatabase: this.#emptyDatabase, bug });
    try {
      await new Telling(machine, plan).run();
      return summarise(machine, plan);
    } finally {
      machine.close();
    }
  }

  get #emptyDatabase(): string {
    return path.join(this.#dir, "empty.db");
  }
}

function summarise(machine: Machine, plan: Plan): StoryResult {
  const count = (sql: string) => Number((machine.view.prepare(sql).get() as { n: number }).n);
  return {
    violation: machine.violation,
    lines: machine.story.lines,
    figures: {
      virtualDays: machine.time.trueMs / 86_400_000,
      faults: plan.events.filter((event) => !PLAIN.has(event.kind)).length,
      fires: machine.fires.fireCount,
      executions: count("SELECT count(*) AS n FROM hand_executions"),
      decisions: machine.people.decisionCount,
      effects: [...machine.world.effects.values()].reduce((sum, times) => sum + times, 0),
      commits: machine.commitCount,
      outputs: machine.chat.outputs.size,
      files: machine.files.writtenCount,
      taps: machine.chat.tapCount,
    },
  };
}

/** Events that are no faults: what operators do. */
const PLAIN: ReadonlySet<string> = new Set([
  "pause",
  "resume",
  "enable",
  "disable",
  "trigger",
  "cancel",
  "retry",
  "restart",
]);

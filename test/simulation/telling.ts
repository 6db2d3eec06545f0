import { describeError } from "../../src/core/index.ts";
import { verifyEventChain } from "../../src/store/index.ts";
import { befall } from "./befall.ts";
import { createChance } from "./chance.ts";
import { IdleTime } from "./idle-time.ts";
import type { Machine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import { Violation } from "./story.ts";

const MOST_STEPS = 12_000;
/** Shorter idle times pass with every timer fired; longer ones the machine sleeps through. */
const SHORT_IDLE_MS = 4000;
/** After this many steps in which nothing changed but signs of life, whatever is regular fires together, as late as this. */
const STEPS_UNTIL_STRIDES = 2;
const LONGEST_STRIDE_MS = 4000;
/** At the end of a time everything regular has its turn. */
const LAST_STEPS_MS = 1000;

/** The course of one story: time, events, and the quiet at the end. */
export class Telling {
  readonly #machine: Machine;
  readonly #plan: Plan;
  readonly #chance: ReturnType<typeof createChance>;
  readonly #idleTime: IdleTime;
  #isEnding = false;
  #steps = 0;
  /** Steps since something changed, and how much had changed by then. */
  #quietSteps = 0;
  #happened = 0;

  constructor(machine: Machine, plan: Plan) {
    this.#machine = machine;
    this.#plan = plan;
    this.#chance = createChance(plan.seed, "lateness");
    this.#idleTime = new IdleTime(machine);
  }

  async run(): Promise<void> {
    try {
      await this.#tell();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#machine.report(error);
    }
  }

  async #tell(): Promise<void> {
    const { time, nodes } = this.#machine;
    for (const event of this.#plan.events)
      time.after(event.atMs, () => {
        if (!this.#isEnding) befall(this.#machine, event);
      });
    for (const place of nodes.keys()) this.#machine.startNode(place);
    await this.#passUntil(this.#plan.durationMs);
    if (this.#machine.violation !== null) return;
    await this.#end();
  }

  get #isBroken(): boolean {
    return this.#machine.violation !== null;
  }

  async #passUntil(trueMs: number): Promise<void> {
    const { time } = this.#machine;
    while (time.trueMs < trueMs && !this.#isBroken) {
      this.#steps += 1;
      if (this.#steps > MOST_STEPS) {
        this.#machine.report(new Violation("a story ends", `it has not after ${MOST_STEPS} steps`));
        return;
      }
      this.#move(trueMs - time.trueMs);
      await time.rest();
      await time.fireDue(() => this.#isBroken);
      this.#machine.checkRecords();
      const { happened } = this.#machine;
      this.#quietSteps = happened === this.#happened ? this.#quietSteps + 1 : 0;
      this.#happened = happened;
    }
  }

  /** Lets time go on to where something happens, or a little beyond. */
  #move(mostMs: number): void {
    const { time } = this.#machine;
    // After a sleep some time is left in which timers fire.
    const idleMs = Math.min(mostMs - SHORT_IDLE_MS, this.#idleTime.find());
    if (idleMs > SHORT_IDLE_MS) {
      this.#machine.checkRest();
      const passMs = idleMs - this.#chance.between(0, 3000);
      if (this.#chance.isTrue(0.5)) time.sleepMachine(passMs);
      else time.elapse(passMs);
      return;
    }
    const strideMs = Math.min(mostMs - LAST_STEPS_MS, time.findNextRare() ?? mostMs, LONGEST_STRIDE_MS);
    if (this.#quietSteps >= STEPS_UNTIL_STRIDES && strideMs > 0) {
      time.elapse(strideMs);
      return;
    }
    const lateMs = this.#chance.pick([0, 0, 5, 700, 2500]);
    time.elapse(Math.min(mostMs, (time.findNext() ?? mostMs) + this.#chance.draw() * lateMs));
  }

  /** Quiet: no trouble, nobody away, everybody answers. Then everything has to come to its end. */
  async #end(): Promise<void> {
    const machine = this.#machine;
    const { time, trouble, world, chat, files, hands, nodes } = machine;
    machine.story.tell("*** quiet");
    this.#isEnding = true;
    Object.assign(trouble, { fullStatements: 0, failingCommits: 0, busyUntilMs: 0, slowCommits: 0 });
    world.isCalm = true;
    chat.isCalm = true;
    files.isCalm = true;
    for (const process of nodes)
      if (process !== null) Object.assign(process, { crash: null, freezeAfter: null });
    for (const { name } of hands) machine.writeHand(name, "first");
    // One that is still stopping comes back as soon as it has.
    machine.longestAwayMs = 0;
    for (const place of nodes.keys()) machine.startNode(place);
    await this.#passUntil(time.trueMs + 400_000);
    await this.#allowEverything();
    await this.#passUntil(time.trueMs + 600_000);
    this.#expectNothingOverdue();
    if (this.#countOpen() > 0) {
      for (const { name } of hands) machine.writeHand(name, "unscheduled");
      machine.people.becomeDiligent();
      for (let round = 0; round < 12 && this.#countOpen() > 0; round += 1) {
        await this.#passUntil(time.trueMs + 6 * 3_600_000);
        // A hand that asked too often was paused, and whoever is diligent sees why and resumes it.
        await this.#allowEverything();
      }
      await this.#passUntil(time.trueMs + 20_000);
    }
    await this.#expectEverythingEnded();
  }

  async #allowEverything(): Promise<void> {
    const registry = this.#machine.listParts()[0]?.registry;
    if (this.#isBroken) return;
    if (registry === undefined)
      throw new Violation("a process starts when nothing is wrong", "none is there");
    try {
      await registry.resume(null);
      for (const { name } of this.#machine.hands) {
        await registry.resume(name);
        await registry.enable(name);
      }
    } catch (error) {
      this.#machine.report(new Violation("what is there can be resumed and enabled", describeError(error)));
    }
  }

  #countOpen(): number {
    const { view } = this.#machine;
    return Number(
      (
        view
          .prepare(`SELECT (SELECT count(*) FROM hand_executions WHERE status <> 'ended')
            + (SELECT count(*) FROM deliveries WHERE status NOT IN ('delivered', 'failed'))
            + (SELECT count(*) FROM request_messages WHERE status IN ('pending', 'sending', 'retrying')) AS n`)
          .get() as { n: number }
      ).n,
    );
  }

  #expectNothingOverdue(): void {
    const { view, time } = this.#machine;
    const rows = view
      .prepare("SELECT hand_name, due_at FROM hand_states WHERE due_at < ?")
      .all(time.wallMs - 120_000);
    this.#expectNone("what is due fires", rows);
    this.#expectNone(
      "what may run runs, when nothing is wrong",
      view
        .prepare(
          "SELECT id, hand_name, status, reason FROM hand_executions WHERE status = 'queued' AND reason IS NOT 'overlap' AND created_at < ?",
        )
        .all(time.wallMs - 400_000),
    );
  }

  async #expectEverythingEnded(): Promise<void> {
    const { view } = this.#machine;
    if (this.#isBroken) return;
    this.#expectNone(
      "after quiet time everything ends",
      view
        .prepare(
          "SELECT id, hand_name, status, reason, wake_at, lease_until FROM hand_executions WHERE status <> 'ended'",
        )
        .all(),
    );
    this.#expectNone(
      "nothing is asked in vain",
      view.prepare("SELECT id, kind FROM approval_queue WHERE status = 'pending'").all(),
    );
    this.#expectNone(
      "every event is sealed",
      view.prepare("SELECT id, type FROM events WHERE position IS NULL").all(),
    );
    const store = this.#machine.listParts()[0]?.store;
    if (store === undefined || this.#isBroken) return;
    const verdict = await verifyEventChain(store);
    await this.#machine.truth.checkEnd(store);
    this.#machine.files.checkEnd();
    if (!verdict.isIntact) this.#machine.report(new Violation("the event chain verifies", verdict.problem));
  }

  #expectNone(promise: string, rows: readonly unknown[]): void {
    if (rows.length > 0) this.#machine.report(new Violation(promise, JSON.stringify(rows.slice(0, 3))));
  }
}

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describeError } from "../../src/core/index.ts";
import { parseManifest } from "../../src/manifest/index.ts";
import type { HandRunner } from "../../src/runner/index.ts";
import type { Schedule } from "../../src/schedule/index.ts";
import { compileSchedule } from "../../src/schedule/index.ts";
import { createChance } from "./chance.ts";
import { Chat } from "./chat.ts";
import { CoveredFires } from "./covered-fires.ts";
import type { HandVariant, SimulatedHand } from "./hands.ts";
import { createHands, FILE_FOLDER } from "./hands.ts";
import { KeptPromises } from "./kept-promises.ts";
import { OutputFiles } from "./output-files.ts";
import { OutsideWorld } from "./outside-world.ts";
import { People } from "./people.ts";
import type { Plan } from "./plan.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import type { DiskTrouble } from "./simulated-disk.ts";
import { createDiskTrouble } from "./simulated-disk.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { Story, Violation } from "./story.ts";
import { ToldTruth } from "./told-truth.ts";
import { VirtualTime } from "./virtual-time.ts";
import { WatchedRecords } from "./watched-records.ts";

const RESTART_AFTER_FAILURE_MS = 5000;

/** One machine with its disk, its clocks and its processes, and the world around it. */
export class Machine {
  readonly seed: string;
  readonly dir: string;
  readonly time: VirtualTime;
  readonly story: Story;
  readonly world: OutsideWorld;
  readonly people: People;
  readonly chat: Chat;
  readonly files: OutputFiles;
  readonly truth: ToldTruth;
  readonly trouble: DiskTrouble = createDiskTrouble();
  readonly bug: PlantedBug | null;
  readonly hands: readonly SimulatedHand[];
  /** One place for each process; null while nobody is there. */
  readonly nodes: (SimulatedProcess | null)[];
  /** For looking at the records: sees what is committed, and never writes. */
  readonly view: BetterSqlite3.Database;
  readonly fires: CoveredFires;
  commitCount = 0;
  #changeCount = 0;
  crashCount = 0;
  /** However long somebody wanted a process that leaves from now on to be away. */
  longestAwayMs = Number.POSITIVE_INFINITY;
  /** The wall was set back by more than this at most. */
  largestStepBackMs = 0;
  violation: Violation | null = null;
  /** What is approved next is changed in the database before it runs. */
  isTamperWanted = false;
  readonly #records: WatchedRecords;
  readonly #promises: KeptPromises;
  /** How each folder is now. */
  readonly #variants = new Map<string, HandVariant>();
  #startCount = 0;
  #changesSeen = 0;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(
    plan: Plan,
    place: { readonly dir: string; readonly emptyDatabase: string; readonly bug: PlantedBug | null },
  ) {
    this.seed = plan.seed;
    this.dir = place.dir;
    this.bug = place.bug;
    this.time = new VirtualTime(plan.startsAt);
    this.story = new Story(() => this.time.wallMs);
    this.nodes = Array.from({ length: plan.nodeCount }, () => null);
    mkdirSync(this.dataDir, { recursive: true });
    copyFileSync(place.emptyDatabase, this.databasePath);
    if (this.bug?.schema !== undefined) withDatabase(this.databasePath, this.bug.schema);
    this.hands = createHands(createChance(plan.seed, "hands"));
    for (const { name } of this.hands) this.writeHand(name, "first");
    this.view = new BetterSqlite3(this.databasePath);
    this.view.pragma("query_only = ON");
    const { seed, time, story, view } = this;
    const report = (violation: Violation) => this.report(violation);
    this.world = new OutsideWorld({ seed, time, story, view, report });
    this.people = new People({ seed, time, story, view, runners: () => this.listRunners() });
    const listMessagings = () => this.listParts().map(({ messaging }) => messaging);
    this.chat = new Chat({ seed, time, story, view, report, listMessagings });
    this.files = new OutputFiles({
      folder: path.join(this.dir, FILE_FOLDER),
      seed,
      story,
      view,
      report,
      trouble: this.trouble,
      findProcess: (nodeId) =>
        this.nodes.find((node) => node?.nodeId === nodeId && !node.isGone) ?? undefined,
      crash: (process, awayMs) => this.crash(this.nodes.indexOf(process), awayMs),
      forgetsToSync: this.bug?.forgetsToSync === true,
    });
    this.truth = new ToldTruth(view, this.chat);
    this.fires = new CoveredFires(view, () => this.#compileSchedules());
    this.#promises = new KeptPromises(view, this.world);
    this.#records = new WatchedRecords(view, {
      wallMs: () => time.wallMs,
      tell: (line) => story.tell(line),
      onFires: (hand, change) =>
        this.fires.judge(hand, change, this.largestStepBackMs > 86_400_000 - 3_600_000),
    });
  }

  get databasePath(): string {
    return path.join(this.dataDir, "hands.db");
  }

  get dataDir(): string {
    return path.join(this.dir, "data");
  }

  get handsDir(): string {
    return path.join(this.dir, "hands");
  }

  writeHand(name: string, variant: HandVariant): void {
    if (this.#variants.get(name) === variant) return;
    this.#variants.set(name, variant);
    const folder = path.join(this.handsDir, name);
    rmSync(folder, { recursive: true, force: true });
    const files = this.hands.find((hand) => hand.name === name)?.files(variant) ?? null;
    if (files === null) return;
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content);
  }

  /** How much has been told of so far: while it stays, nothing happens but regular looks. */
  get happened(): number {
    return this.story.lineCount + this.#changeCount;
  }

  listRunners(): readonly HandRunner[] {
    return this.listParts().map(({ runner }) => runner);
  }

  listParts() {
    return this.nodes.flatMap((process) => process?.parts ?? []);
  }

  /** Starts a process at a place, now. Where the disk lets it not, it is tried again and again. */
  startNode(place: number): void {
    if (this.nodes[place] != null) return;
    this.#startCount += 1;
    const process = new SimulatedProcess(this, `process-${place}.${this.#startCount}`);
    this.nodes[place] = process;
    this.story.tell(`${process.name} starts`);
    process.start().catch((error: unknown) => {
      if (process.isGone) return;
      this.story.tell(`${process.name} cannot start: ${describeError(error)}`);
      process.die();
      this.#leave(place, process, RESTART_AFTER_FAILURE_MS);
    });
  }

  /** Databases are opened one after the other, so that each has its own tap. */
  openInTurn<T>(open: () => Promise<T>): Promise<T> {
    const opened = this.#opening.then(open);
    this.#opening = opened.catch(() => {});
    return opened;
  }

  /** Ends a process as a power cut does; another one takes its place after a while. */
  crash(place: number, awayMs: number): void {
    const process = this.nodes[place];
    if (process == null) return;
    process.die();
    this.noteCrash(place, process, awayMs);
  }

  noteCrash(place: number, process: SimulatedProcess, awayMs: number): void {
    this.crashCount += 1;
    this.files.losePower(process);
    this.story.tell(`${process.name} is dead; the next one comes after ${awayMs / 1000} s`);
    this.#leave(place, process, awayMs);
  }

  /** Stops a process as its operator does. */
  stopNode(place: number, awayMs: number): void {
    const process = this.nodes[place];
    const parts = process?.parts;
    if (process == null || parts == null) return;
    this.story.tell(`${process.name} is stopped`);
    const done = () => {
      if (process.isGone) return;
      process.die();
      this.story.tell(`${process.name} has stopped`);
      this.#leave(place, process, awayMs);
    };
    parts.stop().then(done, (error: unknown) => {
      this.story.tell(`${process.name} could not stop: ${describeError(error)}`);
      done();
    });
  }

  noteCommit(): void {
    this.commitCount += 1;
    this.#guard(() => {
      const changeCount = this.#records.check();
      if (changeCount === this.#changeCount) return;
      this.#changeCount = changeCount;
      this.people.look();
      if (this.isTamperWanted) this.#tamper();
    });
  }

  report(violation: Violation): void {
    this.violation ??= violation;
  }

  reportDefect(what: string): void {
    this.report(new Violation("no defect is logged", what));
  }

  /** Judges what is on the disk, where some state changed. */
  checkRecords(): void {
    if (this.#changeCount === this.#changesSeen) return;
    this.#changesSeen = this.#changeCount;
    this.#guard(() => {
      this.#promises.check();
      this.truth.check();
      this.files.check();
      if (this.largestStepBackMs === 0) this.#promises.checkBudgets(0);
    });
  }

  /** To be called where nothing is going on: what people are told has to be so then. */
  checkRest(): void {
    const process = this.nodes.find((node) => node?.parts != null);
    if (process != null) this.#guard(() => this.truth.checkRest(process));
  }

  close(): void {
    for (const process of this.nodes) process?.die();
    this.files.close();
    this.view.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Somebody with access to the database asks for more than was approved. */
  #tamper(): void {
    const database = new BetterSqlite3(this.databasePath);
    const { changes } = database
      .prepare(
        "UPDATE execution_steps SET args_json = '{\"amount\":99}' WHERE status = 'approved' AND kind = 'tool'",
      )
      .run();
    database.close();
    if (changes === 0) return;
    this.isTamperWanted = false;
    this.world.isTampered = true;
    this.story.tell(`somebody changes the arguments of ${changes} approved calls`);
  }

  #leave(place: number, process: SimulatedProcess, awayMs: number): void {
    if (this.nodes[place] === process) this.nodes[place] = null;
    this.time.after(Math.min(awayMs, this.longestAwayMs), () => this.startNode(place));
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.report(error);
    }
  }

  #compileSchedules(): ReadonlyMap<string, Schedule> {
    const schedules = this.hands.flatMap((hand) => {
      const text = hand.files("first")?.["HAND.toml"] ?? "";
      const { hand: config, diagnostics } = parseManifest(text, { path: `${hand.name}/HAND.toml` });
      if (config === undefined)
        throw new Error(`${hand.name} is broken: ${JSON.stringify(diagnostics)}\n${text}`);
      return config.schedule == null ? [] : [compileSchedule(config.schedule)];
    });
    return new Map(schedules.map((schedule) => [schedule.hash, schedule]));
  }
}

function withDatabase(file: string, sql: string): void {
  const database = new BetterSqlite3(file);
  database.exec(sql);
  database.close();
}

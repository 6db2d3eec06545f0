import fs from "node:fs";
import path from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { createChance } from "./chance.ts";
import type { DiskTrouble } from "./simulated-disk.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { SteadyDisk } from "./steady-files.ts";
import { mountDisk } from "./steady-files.ts";
import type { Story } from "./story.ts";
import { Violation } from "./story.ts";

/** What befalls an attempt to write a file, at which of its steps. */
type Course =
  | "works"
  | "cannot_open"
  | "half_written"
  | "cannot_sync"
  | "cannot_rename"
  | "dies_before"
  | "dies_after";

const COURSES: readonly (readonly [number, Course])[] = [
  [0.5, "works"],
  [0.56, "cannot_open"],
  [0.64, "half_written"],
  [0.7, "cannot_sync"],
  [0.78, "cannot_rename"],
  [0.88, "dies_before"],
  [1, "dies_after"],
];

interface FileParts {
  readonly folder: string;
  readonly seed: string;
  readonly story: Story;
  readonly view: BetterSqlite3.Database;
  readonly trouble: DiskTrouble;
  readonly report: (violation: Violation) => void;
  readonly findProcess: (nodeId: string) => SimulatedProcess | undefined;
  /** Cuts the power of a process, and brings another one after a while. */
  readonly crash: (process: SimulatedProcess, awayMs: number) => void;
  /** Syncing a file does nothing. */
  readonly forgetsToSync: boolean;
}

/** The folder of output files, on a disk that fails between any two steps and forgets in a power cut what was not synced. */
export class OutputFiles {
  /** From now on the disk does what it is asked. */
  isCalm = false;
  writtenCount = 0;
  readonly #parts: FileParts;
  readonly #unmount: () => void;
  readonly #attempts = new Map<string, number>();
  readonly #courses = new Map<string, Course>();
  /** Files whose content is not safe yet, and who wrote them. */
  readonly #unsynced = new Map<string, SimulatedProcess>();
  readonly #judged = new Set<string>();
  readonly #writer: BetterSqlite3.Statement;
  readonly #ofFile: BetterSqlite3.Statement;
  readonly #delivered: BetterSqlite3.Statement;
  readonly #failed: BetterSqlite3.Statement;

  constructor(parts: FileParts) {
    this.#parts = parts;
    const { view } = parts;
    this.#writer = view.prepare(
      "SELECT lease_owner AS nodeId FROM deliveries WHERE channel = 'file' AND status = 'sending' AND substr(id, -8) = ?",
    );
    this.#ofFile = view.prepare(
      "SELECT id, payload FROM deliveries WHERE channel = 'file' AND substr(id, -8) = ?",
    );
    this.#delivered = view.prepare(
      "SELECT id, result, payload FROM deliveries WHERE channel = 'file' AND status = 'delivered'",
    );
    this.#failed = view.prepare(
      "SELECT 1 FROM deliveries WHERE channel = 'file' AND status = 'failed' AND substr(id, -8) = ?",
    );
    const disk: SteadyDisk = {
      open: (file) => this.#open(file),
      rename: (from, to) => this.#rename(from, to),
    };
    this.#unmount = mountDisk(parts.folder, disk);
  }

  close(): void {
    this.#unmount();
  }

  /** Half of what a process wrote and did not sync is gone. */
  losePower(process: SimulatedProcess): void {
    for (const [file, writer] of this.#unsynced) {
      if (writer !== process) continue;
      this.#unsynced.delete(file);
      if (fs.existsSync(file)) fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
    }
    this.#expectWholeFiles();
  }

  /** Throws a {@link Violation} where a file is recorded as delivered that is not there, or not whole. */
  check(): void {
    for (const { id, result, payload } of this.#delivered.all() as DeliveredFile[]) {
      if (this.#judged.has(id)) continue;
      this.#judged.add(id);
      if (result === null || !fs.existsSync(result) || fs.readFileSync(result, "utf8") !== payload)
        throw new Violation(
          "what is recorded as delivered is in its file",
          `${id} in ${path.basename(result ?? "no file")}`,
        );
    }
  }

  /**
   * After quiet time: a file for each result that was delivered, and nothing else but what was written by an attempt that died before
   * it could say so, where every later one failed. Throws a {@link Violation}.
   */
  checkEnd(): void {
    this.#judged.clear();
    this.check();
    this.#expectWholeFiles();
    const delivered = new Set((this.#delivered.all() as DeliveredFile[]).map(({ result }) => result));
    const names = this.#list()
      .filter((file) => !delivered.has(file))
      .map((file) => path.basename(file));
    const stray = names.filter(
      (name) => name.startsWith(".") || this.#failed.get(readSuffix(name)) === undefined,
    );
    if (stray.length > 0) throw new Violation("there is one file for each result", stray.join());
  }

  #list(): readonly string[] {
    const { folder } = this.#parts;
    return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [];
  }

  /** What others see: names that begin with a dot are still being written. */
  #expectWholeFiles(): void {
    const results = new Set<string>();
    for (const file of this.#list()) {
      const name = path.basename(file);
      if (name.startsWith(".")) continue;
      const row = this.#ofFile.all(readSuffix(name))[0] as Pick<DeliveredFile, "id" | "payload"> | undefined;
      if (row === undefined || fs.readFileSync(file, "utf8") !== row.payload)
        this.#fail("a file has its name when it is whole", name);
      if (row !== undefined && results.has(row.id)) this.#fail("there is one file for each result", name);
      if (row !== undefined) results.add(row.id);
    }
  }

  async #open(file: string) {
    const process = await this.#findWriter(file);
    const course = this.#beginAttempt(file);
    this.#parts.story.tell(`${process.name} writes ${path.basename(file)} (${course})`);
    if (course === "cannot_open") throw failure("EACCES");
    return {
      writeFile: async (content: string) => {
        await this.#findWriter(file);
        const { trouble } = this.#parts;
        const isFull = course === "half_written" || trouble.fullStatements > 0;
        fs.writeFileSync(file, isFull ? content.slice(0, content.length / 2) : content);
        this.#unsynced.set(file, process);
        if (!isFull) return;
        trouble.fullStatements = Math.max(0, trouble.fullStatements - 1);
        throw failure("ENOSPC");
      },
      sync: async () => {
        await this.#findWriter(file);
        if (course === "cannot_sync") throw failure("EIO");
        if (!this.#parts.forgetsToSync) this.#unsynced.delete(file);
      },
      close: async () => {},
    };
  }

  async #rename(from: string, to: string): Promise<void> {
    const process = await this.#findWriter(from);
    const course = this.#courses.get(from) ?? "works";
    if (course === "cannot_rename") throw failure("EIO");
    if (course === "dies_before") await this.#die(process, from);
    fs.renameSync(from, to);
    const writer = this.#unsynced.get(from);
    this.#unsynced.delete(from);
    if (writer !== undefined) this.#unsynced.set(to, writer);
    this.writtenCount += 1;
    this.#expectWholeFiles();
    if (course === "dies_after") await this.#die(process, to);
  }

  #beginAttempt(file: string): Course {
    const attempt = (this.#attempts.get(file) ?? 0) + 1;
    this.#attempts.set(file, attempt);
    const drawn = createChance(this.#parts.seed, "file", path.basename(file), attempt).draw();
    const course = this.isCalm ? "works" : (COURSES.find(([until]) => drawn < until)?.[1] ?? "works");
    this.#courses.set(file, course);
    return course;
  }

  async #die(process: SimulatedProcess, file: string): Promise<never> {
    const chance = createChance(this.#parts.seed, "power", path.basename(file));
    this.#parts.crash(process, chance.pick([1000, 90_000]));
    return await new Promise(() => {});
  }

  /** The process that has the delivery. Never resolves for one that is gone. */
  async #findWriter(file: string): Promise<SimulatedProcess> {
    const row = this.#writer.all(readSuffix(path.basename(file)))[0] as
      | { readonly nodeId: string }
      | undefined;
    const process = this.#parts.findProcess(row?.nodeId ?? "");
    return process ?? (await new Promise(() => {}));
  }

  #fail(promise: string, what: string): void {
    this.#parts.report(new Violation(promise, what));
  }
}

/** The part of a file's name that says which delivery it is: the end of its id. */
function readSuffix(name: string): string {
  return /_([^_.]{8})\.\w+(?:\.writing)?$/.exec(name)?.[1] ?? "";
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: the simulated disk fails`), { code });
}

interface DeliveredFile {
  readonly id: string;
  readonly result: string | null;
  readonly payload: string;
}

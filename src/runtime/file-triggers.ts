import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError, hashJson, matchesGlob, resolveConfinedPath, toIso } from "../core/index.ts";
import type { FileGlob } from "../manifest/index.ts";
import { findEventSubject, handConfigFromJson, parseFileGlob } from "../manifest/index.ts";
import type { HandRunner } from "../runner/index.ts";
import type { FileWatchKey, Store } from "../store/index.ts";
import {
  appendEvent,
  beginFileWatch,
  endFileWatch,
  findHandRow,
  forgetSeenFile,
  listEventHands,
  listFileWatches,
  listSeenFiles,
  noteSeenFile,
} from "../store/index.ts";

/** A file is whole when two looks so far apart see the same size and time. */
const LOOK_EVERY_MS = 1000;

/** What file triggers work with. */
export interface FileTriggersOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly runner: Pick<HandRunner, "startExecution">;
  readonly projectDir: string;
  /** Only hands of this folder: the globs of others are relative to another project. */
  readonly handsDir: string;
}

interface SeenFile {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly mark: string;
}

/** One glob of one hand, while it is watched. */
interface Watch {
  readonly key: FileWatchKey;
  readonly glob: FileGlob;
  /** Marks of files that were dealt with, as the store has them. */
  readonly seen: Map<string, string>;
  /** Marks of the look before, of files that are not dealt with. */
  pending: ReadonlyMap<string, string>;
  isBegun: boolean;
}

/**
 * Starts hands when a file appears or changes, once for each state of it, in however many processes. It lists folders each second, because
 * the file system's own news is lost on network drives and in containers. What was dealt with is in the store, so a file that came while
 * no process ran starts its hand with the next; what was there when the watch began does not.
 */
export class FileTriggers {
  readonly #options: FileTriggersOptions;
  readonly #watches = new Map<string, Watch>();
  /** Folders that could not be read, each told once. */
  readonly #told = new Set<string>();
  #areHandsNew = true;
  #isStopped = true;
  #timer: ClockTimer | undefined;
  #work: Promise<void> = Promise.resolve();
  #stopListening: (() => void) | undefined;

  constructor(options: FileTriggersOptions) {
    this.#options = options;
  }

  /** Resolves after the first look: files that come later are new. */
  async start(): Promise<void> {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#stopListening = this.#options.store.onChange(({ topics }) => {
      if (topics === null || topics.some(({ kind }) => kind === "hand")) this.#areHandsNew = true;
    });
    this.#work = this.#look();
    await this.#work;
    this.#arm();
  }

  /** Starts nothing more. Any number of calls. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening?.();
    this.#timer?.cancel();
    await this.#work;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimer(LOOK_EVERY_MS, () => {
      this.#work = this.#look().then(() => this.#arm());
    });
  }

  async #look(): Promise<void> {
    try {
      if (this.#areHandsNew) await this.#readHands();
    } catch (error) {
      this.#areHandsNew = true;
      this.#warn("could not read which files start hands; trying again", error, {});
    }
    for (const watch of this.#watches.values()) {
      if (this.#isStopped) return;
      try {
        await this.#lookAt(watch);
      } catch (error) {
        this.#warn("could not look for files that start a hand; trying again", error, {
          hand: watch.key.handName,
          glob: watch.key.glob,
        });
      }
    }
  }

  /** Brings the watches in line with the manifests. A hand that is broken for now keeps what it has seen. */
  async #readHands(): Promise<void> {
    const { store, handsDir } = this.#options;
    this.#areHandsNew = false;
    const begun = await listFileWatches(store, handsDir);
    const wanted = new Map<string, readonly [FileWatchKey, FileGlob]>();
    for (const row of await listEventHands(store)) {
      if (row.hands_dir !== handsDir) continue;
      const { name, triggers } = handConfigFromJson(JSON.parse(row.config_json));
      for (const event of triggers.events) {
        const text = findEventSubject(event, "file");
        const glob = text === null ? "" : parseFileGlob(text);
        if (text === null || typeof glob === "string") continue;
        const key = { handName: name, glob: text };
        wanted.set(nameOf(key), [key, glob]);
      }
    }
    for (const name of [...this.#watches.keys()]) if (!wanted.has(name)) this.#watches.delete(name);
    for (const key of begun) {
      if (wanted.has(nameOf(key))) continue;
      if ((await findHandRow(store, key.handName))?.config_json === "null") continue;
      await store.transaction((transaction) => endFileWatch(transaction, key));
    }
    const begunNames = new Set(begun.map(nameOf));
    for (const [name, [key, glob]] of wanted) {
      if (this.#watches.has(name)) continue;
      const isBegun = begunNames.has(name);
      const seen = isBegun ? await listSeenFiles(store, key) : [];
      this.#watches.set(name, { key, glob, seen: new Map(seen), pending: new Map(), isBegun });
    }
  }

  async #lookAt(watch: Watch): Promise<void> {
    const { store, handsDir } = this.#options;
    const files = await this.#list(watch);
    if (files === null) return;
    const marks = new Map([...files].map(([path, { mark }]) => [path, mark]));
    if (!watch.isBegun) {
      await store.transaction((transaction) => beginFileWatch(transaction, watch.key, handsDir, marks));
      watch.isBegun = true;
      for (const [path, mark] of await listSeenFiles(store, watch.key)) watch.seen.set(path, mark);
    }
    const pending = new Map<string, string>();
    for (const [path, file] of files) {
      if (watch.seen.get(path) === file.mark) continue;
      if (watch.pending.get(path) !== file.mark) {
        pending.set(path, file.mark);
        continue;
      }
      await this.#fire(watch, path, file);
    }
    watch.pending = pending;
    for (const [path, mark] of [...watch.seen]) {
      if (files.has(path)) continue;
      await store.transaction((transaction) => forgetSeenFile(transaction, watch.key, path, mark));
      watch.seen.delete(path);
    }
  }

  /** The execution, the event and the note that the file was seen commit together, or none of them. */
  async #fire(watch: Watch, path: string, file: SeenFile): Promise<void> {
    const { store, runner } = this.#options;
    const { handName } = watch.key;
    const { sizeBytes } = file;
    const modifiedAt = toIso(file.modifiedMs);
    await store.transaction(async (transaction) => {
      if (!(await noteSeenFile(transaction, watch.key, path, file.mark))) return;
      const executionId = await runner.startExecution(transaction, {
        handName,
        trigger: "event",
        eventId: `file:${hashJson({ path, mark: file.mark })}`,
        input: { path, sizeBytes, modifiedAt },
        // Whoever may put a file there chooses its name.
        isUntrusted: true,
      });
      if (executionId === null) return;
      const data = { path, sizeBytes, modifiedAt };
      await appendEvent(transaction, { type: "file.appeared", handName, executionId, data });
    });
    watch.seen.set(path, file.mark);
  }

  /** The files that match, by their path in the project; null where the folder cannot be read, which is no news of its files. */
  async #list({ key, glob, isBegun }: Watch): Promise<ReadonlyMap<string, SeenFile> | null> {
    const { projectDir } = this.#options;
    const files = new Map<string, SeenFile>();
    try {
      const folder = await resolveConfinedPath(projectDir, glob.folder === "" ? "." : glob.folder);
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const { name } = entry;
        // Writers give a hidden name to what is not whole.
        if (!entry.isFile() || (name.startsWith(".") && !glob.pattern.startsWith("."))) continue;
        if (!matchesGlob(glob.pattern, name)) continue;
        const found = await lstat(join(folder, name)).catch(() => null);
        if (found === null || !found.isFile()) continue;
        const { size: sizeBytes, mtimeMs: modifiedMs } = found;
        const path = glob.folder === "" ? name : `${glob.folder}/${name}`;
        files.set(path, { sizeBytes, modifiedMs, mark: `${modifiedMs}:${sizeBytes}` });
      }
    } catch (error) {
      // A folder that nobody made yet has no files; one that went away, as a drive that is not mounted, says nothing of them.
      if (isMissing(error)) return isBegun ? null : files;
      if (!this.#told.has(nameOf(key))) this.#warn("cannot read a folder of files", error, { ...key });
      this.#told.add(nameOf(key));
      return null;
    }
    this.#told.delete(nameOf(key));
    return files;
  }

  #warn(message: string, error: unknown, fields: Readonly<Record<string, string>>): void {
    this.#options.logger.warn(message, { ...fields, error: describeError(error) });
  }
}

function nameOf({ handName, glob }: FileWatchKey): string {
  return `${handName}:${glob}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

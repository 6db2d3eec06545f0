import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { HandsError } from "../core/index.ts";
import type { HandConfig, HandSnapshot, HandTexts } from "../manifest/index.ts";
import {
  addProjectFiles,
  assertTrusted,
  loadHandFolder,
  PROJECT_TOOLS_FOLDER,
  readHandFingerprint,
  readHandSnapshot,
  readHandTexts,
  readInstalledHands,
} from "../manifest/index.ts";
import type { Store, StoreTransaction } from "../store/index.ts";
import { lockHandVersion } from "../store/index.ts";
import { FreshReads } from "./fresh-reads.ts";
import { RecentEntries } from "./recent-entries.ts";
import { listUnfinished, removeUnfinishedOf, unpackHandSnapshot } from "./unpack-snapshot.ts";

/** One version of a hand, ready to run from its own unpacked folder. */
export interface HandVersion extends HandTexts {
  readonly hash: string;
  /** Absolute path of the unpacked folder. */
  readonly dir: string;
  readonly config: HandConfig;
}

/** Opened versions kept in memory, some kilobytes each: more than one process runs hands, or their versions are read again at each fire. */
const MOST_OPENED = 10_000;

/** Files of hands' folders kept in memory, in bytes. */
const MOST_SNAPSHOT_BYTES = 16_000_000;
/** What an entry takes besides, about. */
const ENTRY_BYTES = 500;

/** The folder of a hand, and with it the project's tools that it uses. */
interface KnownSnapshot {
  readonly fingerprint: string;
  readonly own: HandSnapshot;
  readonly whole: HandSnapshot;
}

/** Keeps each version of a hand that ran: in the store, and unpacked beside the data. */
export class VersionKeeper {
  readonly #store: Store;
  readonly #root: string;
  readonly #snapshots = new RecentEntries<KnownSnapshot>(MOST_SNAPSHOT_BYTES, ({ whole }) => measure(whole));
  readonly #byHash = new RecentEntries<HandSnapshot>(MOST_SNAPSHOT_BYTES, measure);
  readonly #opened = new RecentEntries<Promise<HandVersion>>(MOST_OPENED);
  /** Every hand of a folder asks for the same list, at each claim. */
  readonly #installed = new FreshReads(readInstalledHands);
  /** What was half-written when this process first looked: one that dies from then on leaves it to the next. */
  #unfinished: Promise<readonly string[]> | undefined;

  constructor(parts: { readonly store: Store; readonly dataDir: string }) {
    this.#store = parts.store;
    this.#root = join(parts.dataDir, "versions");
  }

  /**
   * The hand's files as they are now, with the project's tools where it uses one; read again only when something in them changed.
   *
   * Throws: `hand_broken` when it came from elsewhere and is not what somebody trusted, however short a time ago it was.
   */
  async snapshot(hand: Pick<HandConfig, "handDir" | "projectToolsDir">): Promise<HandSnapshot> {
    const { own, whole } = await this.#readSnapshot(hand);
    await assertTrusted(hand.handDir, own.hash, (handsDir) => this.#installed.read(handsDir));
    return whole;
  }

  async #readSnapshot(hand: Pick<HandConfig, "handDir" | "projectToolsDir">): Promise<KnownSnapshot> {
    const fingerprint = readHandFingerprint(hand);
    const known = this.#snapshots.get(hand.handDir);
    if (known?.fingerprint === fingerprint) return known;
    const own = await readHandSnapshot(hand.handDir);
    const snapshot = { fingerprint, own, whole: await addProjectFiles(own, hand.projectToolsDir) };
    this.#snapshots.set(hand.handDir, snapshot);
    this.#byHash.set(snapshot.whole.hash, snapshot.whole);
    return snapshot;
  }

  /** Puts a snapshot into the store, once. */
  async keep(transaction: StoreTransaction, handName: string, snapshot: HandSnapshot): Promise<void> {
    // Locked, so that it is not pruned before the execution that refers to it is there.
    if (await lockHandVersion(transaction, snapshot.hash)) return;
    const files = snapshot.files.map((file) => ({
      path: file.path,
      content: file.content.toString("base64"),
    }));
    await transaction.db
      .insertInto("hand_versions")
      .values({
        hash: snapshot.hash,
        hand_name: handName,
        created_at: transaction.nowMs,
        files_json: JSON.stringify(files),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /**
   * A version that was kept, unpacked where it is not yet, and checked against its hash once in each process.
   *
   * Throws: `hand_broken` when it is not in the store or its manifest does not validate.
   */
  async open(handName: string, hash: string): Promise<HandVersion> {
    const known = this.#opened.get(hash);
    if (known !== undefined) {
      const version = await known;
      // One that was not needed for long may have been pruned, and its folder with it.
      if (existsSync(version.dir)) return version;
      if (this.#opened.get(hash) === known) this.#opened.delete(hash);
      return await this.open(handName, hash);
    }
    const opening = this.#open(handName, hash);
    this.#opened.set(hash, opening);
    opening.catch(() => this.#opened.delete(hash));
    return await opening;
  }

  async #open(handName: string, hash: string): Promise<HandVersion> {
    const dir = join(this.#root, hash);
    await this.#unpack(hash, dir);
    const { hand, diagnostics } = await loadHandFolder(dir, {
      projectToolsDir: join(dir, PROJECT_TOOLS_FOLDER),
      // What may run was looked at in the folder that it came from.
      readInstalled: async () => [],
    });
    if (hand === undefined) {
      throw new HandsError(
        "hand_broken",
        `version ${hash.slice(0, 12)} of ${handName} has no valid manifest`,
        {
          details: { problems: diagnostics },
          hint: "Mend HAND.toml; `hands validate` shows what is wrong.",
        },
      );
    }
    const config: HandConfig = { ...hand, name: handName };
    return { hash, dir, config, ...(await readHandTexts(config)) };
  }

  async #unpack(hash: string, dir: string): Promise<void> {
    const wasThere = existsSync(dir);
    if (wasThere && (await readUnpacked(dir)).hash === hash) return;
    const snapshot = this.#byHash.get(hash) ?? (await readKeptSnapshot(this.#store, hash));
    // Only what was found damaged: another process may have unpacked it meanwhile, and be at work in it.
    if (wasThere) await rm(dir, { recursive: true, force: true });
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    await unpackHandSnapshot(snapshot, dir, this.#store.ids.next());
    this.#unfinished ??= listUnfinished(this.#root);
    await removeUnfinishedOf(dir, await this.#unfinished);
  }
}

/**
 * Writes a version that was kept to a new folder.
 *
 * Throws: `hand_broken` when it is not in the store.
 */
export async function unpackKeptVersion(store: Store, hash: string, dir: string): Promise<void> {
  await unpackHandSnapshot(await readKeptSnapshot(store, hash), dir, store.ids.next());
}

async function readKeptSnapshot(store: Store, hash: string): Promise<HandSnapshot> {
  const row = await store.db
    .selectFrom("hand_versions")
    .select("files_json")
    .where("hash", "=", hash)
    .executeTakeFirst();
  if (row === undefined) {
    throw new HandsError("hand_broken", `version ${hash.slice(0, 12)} of the hand is not in the store`);
  }
  const files = (JSON.parse(row.files_json) as { path: string; content: string }[]).map((file) => ({
    path: file.path,
    content: Buffer.from(file.content, "base64"),
  }));
  return { hash, files };
}

/** A version that was unpacked, as it lies there. */
async function readUnpacked(dir: string): Promise<HandSnapshot> {
  const projectToolsDir = join(dir, PROJECT_TOOLS_FOLDER);
  return await addProjectFiles(
    await readHandSnapshot(dir),
    existsSync(projectToolsDir) ? projectToolsDir : null,
  );
}

function measure({ files }: HandSnapshot): number {
  return files.reduce((sum, { path, content }) => sum + path.length + content.length, ENTRY_BYTES);
}

import { join } from "node:path";
import { HandsError, sha256, toIso } from "../core/index.ts";
import type { HandFile, InstalledHand } from "../manifest/index.ts";
import { readHandSnapshot, readInstalledHands, writeInstalledHands } from "../manifest/index.ts";
import type { Store } from "../store/index.ts";
import { appendEvent } from "../store/index.ts";

/** What differs from what somebody trusted, by path. */
export interface FileDifferences {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** A hand that came from elsewhere, as its folder is now. */
export interface InstalledState {
  readonly installed: InstalledHand;
  readonly dir: string;
  /** Of the folder now. */
  readonly hash: string;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly isTrusted: boolean;
  /** Null where nobody trusted it before. */
  readonly differences: FileDifferences | null;
}

/** Throws: `hand_not_found` for one that did not come from elsewhere. */
export async function readInstalledState(handsDir: string, name: string): Promise<InstalledState> {
  const installed = await findInstalled(handsDir, name);
  const dir = join(handsDir, name);
  const snapshot = await readHandSnapshot(dir);
  const files = snapshot.files.map(hashFile);
  const { trusted } = installed;
  return {
    installed,
    dir,
    hash: snapshot.hash,
    files,
    isTrusted: trusted?.hash === snapshot.hash,
    differences: trusted === null ? null : compareFiles(trusted.files, files),
  };
}

/** Trusts exactly the files that were shown: where the folder changed since, nothing of it runs and it asks anew. */
export async function trustHand(
  store: Store,
  handsDir: string,
  { installed, hash, files }: InstalledState,
  by: string,
): Promise<void> {
  const { folder } = installed;
  await store.transaction((transaction) =>
    appendEvent(transaction, {
      type: "hand.trusted",
      handName: folder,
      data: { by, source: installed.source, hash },
      isAudited: true,
    }),
  );
  const known = await readInstalledHands(handsDir);
  const trusted = { hash, at: toIso(store.nowMs()), by, files: [...files] };
  const hands = known.map((hand) => (hand.folder === folder ? { ...hand, trusted } : hand));
  await writeInstalledHands(handsDir, hands, store.ids.next());
}

export async function findInstalled(handsDir: string, name: string): Promise<InstalledHand> {
  const known = await readInstalledHands(handsDir);
  const installed = known.find(({ folder }) => folder === name);
  if (installed !== undefined) return installed;
  const names = known.map(({ folder }) => folder).join(", ") || "none";
  throw new HandsError("hand_not_found", `${JSON.stringify(name)} was not installed from elsewhere`, {
    hint: `Hands of your own need no trust. Installed ones: ${names}.`,
  });
}

function hashFile({ path, content }: HandFile) {
  return { path, sha256: sha256(content) };
}

type Hashes = InstalledState["files"];

function compareFiles(before: Hashes, now: Hashes): FileDifferences {
  const old = new Map(before.map((file) => [file.path, file.sha256]));
  const paths = new Set(now.map(({ path }) => path));
  return {
    added: now.filter(({ path }) => !old.has(path)).map(({ path }) => path),
    changed: now
      .filter((file) => old.has(file.path) && old.get(file.path) !== file.sha256)
      .map(({ path }) => path),
    removed: before.filter(({ path }) => !paths.has(path)).map(({ path }) => path),
  };
}

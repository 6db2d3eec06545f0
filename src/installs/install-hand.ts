import { rename } from "node:fs/promises";
import { join } from "node:path";
import { HandsError, toIso } from "../core/index.ts";
import type { InstalledHand } from "../manifest/index.ts";
import { readInstalledHands, writeInstalledHands } from "../manifest/index.ts";
import type { Store } from "../store/index.ts";
import { appendEvent } from "../store/index.ts";
import type { PreparedHand } from "./prepare-install.ts";

/**
 * Puts a prepared hand in its place, whole or not at all, and pins its hash. The list says so before the folder is there: no moment in which it could pass for
 * one's own. What somebody trusted before stays trusted only where it is the same to the byte.
 */
export async function installHand(
  store: Store,
  prepared: PreparedHand,
  facts: {
    readonly handsDir: string;
    readonly workDir: string;
    readonly source: string;
    readonly commit: string | null;
    readonly by: string;
  },
): Promise<InstalledHand> {
  const { handsDir, workDir, source, commit, by } = facts;
  const folder = prepared.hand.name;
  const target = join(handsDir, folder);
  const known = await readInstalledHands(handsDir);
  const before = known.find((hand) => hand.folder === folder);
  const installed: InstalledHand = {
    folder,
    source,
    commit,
    hash: prepared.hash,
    installedAt: toIso(store.nowMs()),
    installedBy: by,
    trusted: before?.trusted ?? null,
  };
  await store.transaction((transaction) =>
    appendEvent(transaction, {
      type: "hand.installed",
      handName: folder,
      data: { by, source, commit, hash: prepared.hash },
      isAudited: true,
    }),
  );
  const others = known.filter((hand) => hand !== before);
  await writeInstalledHands(handsDir, [...others, installed], store.ids.next());
  await replaceFolder(prepared.dir, target, join(workDir, "before"));
  return installed;
}

async function replaceFolder(from: string, to: string, aside: string): Promise<void> {
  const wasThere = await rename(to, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(from, to);
  } catch (error) {
    if (wasThere) await rename(aside, to);
    throw new HandsError("invalid_argument", `${to} could not be put in its place`, { cause: error });
  }
}

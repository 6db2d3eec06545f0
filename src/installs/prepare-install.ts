import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HandsError } from "../core/index.ts";
import type { HandConfig, HandFile, HandFolder } from "../manifest/index.ts";
import {
  discoverHandFolders,
  examineHandFolder,
  formatDiagnostic,
  readHandSnapshot,
  readInstalledHands,
} from "../manifest/index.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** A hand that is ready to be put in its place. */
export interface PreparedHand {
  readonly hand: HandConfig;
  /** Warnings of its manifest. */
  readonly diagnostics: HandFolder["diagnostics"];
  /** Where it lies now. */
  readonly dir: string;
  /** The hash that will be pinned. */
  readonly hash: string;
  /** `new`, `update` of one that came from elsewhere before, or `same` as the one that is there. */
  readonly change: "new" | "update" | "same";
}

/**
 * Writes a package's files to a folder of work and looks at the hand that they make. Refuses one that is broken, and one whose name another hand has.
 *
 * Throws: `invalid_manifest`, `invalid_argument`.
 */
export async function prepareInstall(
  files: readonly HandFile[],
  places: { readonly workDir: string; readonly handsDir: string; readonly fallbackName: string },
): Promise<PreparedHand> {
  const { workDir, handsDir, fallbackName } = places;
  const dir = join(workDir, NAME.test(fallbackName) ? fallbackName : "hand");
  for (const { path, content } of files) {
    const target = join(dir, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { flag: "wx" });
  }
  const { hand, diagnostics } = await examineHandFolder(dir);
  if (hand === undefined || !NAME.test(hand.name)) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const texts = errors.map((problem) =>
      formatDiagnostic({ ...problem, file: problem.file.replace(`${dir}/`, "") }, { color: false }),
    );
    throw new HandsError("invalid_manifest", `the package is no hand that could run\n${texts.join("\n")}`, {
      hint: "Ask its author. Nothing was installed.",
      details: { diagnostics: errors },
    });
  }
  const { hash } = await readHandSnapshot(dir);
  return { hand, diagnostics, dir, hash, change: await findChange(hand.name, hash, handsDir) };
}

async function findChange(name: string, hash: string, handsDir: string): Promise<PreparedHand["change"]> {
  const target = join(handsDir, name);
  const { folders } = await discoverHandFolders(handsDir);
  const isInstalled = (await readInstalledHands(handsDir)).some(({ folder }) => folder === name);
  for (const dir of folders) {
    const isSame = dir.toLowerCase() === target.toLowerCase();
    if (isSame && isInstalled && dir === target) continue;
    if (!isSame && (await examineHandFolder(dir)).name !== name) continue;
    throw new HandsError("invalid_argument", `${dir} is a hand called ${JSON.stringify(name)} already`, {
      hint: "Of two hands with one name none runs, so nothing was installed. Rename or remove the one that is there.",
    });
  }
  if (!folders.includes(target)) return "new";
  return (await readHandSnapshot(target)).hash === hash ? "same" : "update";
}

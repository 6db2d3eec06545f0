import { basename, dirname } from "node:path";
import { HandsError } from "../../core/index.ts";
import type { InstalledState } from "../../installs/index.ts";
import { examineHandFolder } from "../../manifest/index.ts";
import type { HandTrust } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";

/**
 * The folder of a hand that came from elsewhere and is not trusted as it is; null for every other hand.
 *
 * Throws: `hand_not_found`.
 */
export async function findDistrustedFolder(
  { runtime }: ServerContext,
  handName: string,
): Promise<{ readonly handsDir: string; readonly folder: string } | null> {
  const entries = await runtime.registry.listEntries();
  const entry = entries.find(({ name }) => name === handName);
  if (entry === undefined) {
    throw new HandsError("hand_not_found", `there is no hand ${JSON.stringify(handName)}`);
  }
  const problem = entry.problems.find(({ code }) => code === "untrusted");
  if (problem === undefined) return null;
  const handDir = dirname(problem.file);
  return { handsDir: dirname(handDir), folder: basename(handDir) };
}

/** What a person is shown before it decides whether the hand may run. Runs none of its code and starts none of its servers. */
export async function toHandTrust({ runtime }: ServerContext, state: InstalledState): Promise<HandTrust> {
  const { installed, hash, files, differences, isTrusted } = state;
  const { explainPackage } = await import("../../explain/index.ts");
  const { hand } = await examineHandFolder(state.dir);
  const explanation = hand === undefined ? null : await explainPackage(runtime.config, hand);
  return {
    source: installed.source,
    commit: installed.commit,
    installedAt: installed.installedAt,
    installedBy: installed.installedBy,
    isTrusted,
    trustedBy: installed.trusted?.by ?? null,
    trustedAt: installed.trusted?.at ?? null,
    hash,
    files: files.map(({ path }) => path),
    differences,
    explanation: explanation?.sections ?? null,
  };
}

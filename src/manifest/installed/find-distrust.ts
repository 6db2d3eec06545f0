import { basename, dirname, join } from "node:path";
import { describeError, HandsError } from "../../core/index.ts";
import { readHandSnapshot } from "../hand-snapshot.ts";
import type { Diagnostic } from "../types.ts";
import type { ReadInstalled } from "./installed-hands.ts";
import { INSTALLED_FILE, readInstalledHands } from "./installed-hands.ts";
import type { InstalledHand } from "./parse-installed.ts";

/**
 * Why nothing of a hand's folder may run yet: it came from elsewhere and nobody trusts it, or not as it is now. Null for hands of one's own.
 */
export async function findDistrust(
  handDir: string,
  options: {
    /** The hash of the folder's snapshot, where it is known already. */
    readonly knownHash?: string;
    /** Default: reads the list. */
    readonly readInstalled?: ReadInstalled;
  } = {},
): Promise<Diagnostic | null> {
  const { knownHash, readInstalled = readInstalledHands } = options;
  const folder = basename(handDir);
  let installed: InstalledHand | undefined;
  try {
    installed = (await readInstalled(dirname(handDir))).find((hand) => hand.folder === folder);
  } catch (error) {
    const hint = error instanceof HandsError ? (error.hint ?? null) : null;
    return report(join(dirname(handDir), INSTALLED_FILE), describeError(error), hint);
  }
  if (installed === undefined) return null;
  const { trusted, source } = installed;
  const file = join(handDir, "HAND.toml");
  const hint = `Look at what it may do, and let it: \`hands trust ${folder}\`. \`hands uninstall ${folder}\` removes it.`;
  if (trusted === null)
    return report(file, `It was installed from ${source} and nobody trusts it yet: nothing of it runs`, hint);
  const hash = knownHash ?? (await readHash(handDir));
  if (hash === trusted.hash) return null;
  const message = `It was installed from ${source} and differs from what ${trusted.by} trusted: nothing of it runs`;
  return report(file, message, hint);
}

/**
 * Refuses a folder of which nothing may run. `readInstalled`: as for {@link findDistrust}.
 *
 * Throws: `hand_broken`.
 */
export async function assertTrusted(
  handDir: string,
  hash: string,
  readInstalled: ReadInstalled = readInstalledHands,
): Promise<void> {
  const distrust = await findDistrust(handDir, { knownHash: hash, readInstalled });
  if (distrust === null) return;
  const options = distrust.hint === null ? {} : { hint: distrust.hint };
  throw new HandsError("hand_broken", distrust.message, options);
}

/** Null where it cannot be read: that is nothing that anybody trusted. */
async function readHash(handDir: string): Promise<string | null> {
  return await readHandSnapshot(handDir).then(
    ({ hash }) => hash,
    () => null,
  );
}

function report(file: string, message: string, hint: string | null): Diagnostic {
  return {
    severity: "error",
    code: "untrusted",
    message,
    file,
    line: null,
    column: null,
    hint,
    source: null,
  };
}

import { HandsError, toHandsError } from "../../core/index.ts";
import { loadHandFolder } from "../../manifest/index.ts";
import type { CommandContext } from "../command-context.ts";
import { say } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { formatInstant } from "../format-time.ts";
import { loadProject } from "../project.ts";
import { findFolders } from "../test-hands.ts";
import { HandTrial } from "./hand-trial.ts";

/** How often the folder is looked at. */
const LOOK_EVERY_MS = 300;

/** Tries a hand now and after each edit of its folder, until Ctrl-C. Throws: `hand_not_found`. */
export async function developHand(
  context: CommandContext,
  name: string,
  { isLive }: { readonly isLive: boolean },
): Promise<number> {
  if (context.isJson)
    throw new HandsError("invalid_argument", "`hands dev` is for people, and has no --json", {
      hint: "`hands test --json`, `hands run --dry-run --json` and `hands validate --json` give data.",
    });
  const { config } = await loadProject(context);
  const [folder] = await findFolders(config.handsDir, [name]);
  if (folder === undefined) throw new HandsError("hand_not_found", `there is no hand ${name}`);
  using listener = context.interrupts.listen();
  const { signal } = listener;
  const trial = new HandTrial(context, { name, dir: folder.dir, isLive, signal });
  let triedHash: string | null = null;
  let seenHash: string | null = null;
  while (!signal.aborted) {
    const { fingerprint } = await loadHandFolder(folder.dir, { projectToolsDir: config.toolsDir ?? null });
    // Editors write in several steps: only what has come to rest is tried.
    if (fingerprint !== triedHash && (triedHash === null || fingerprint === seenHash)) {
      triedHash = fingerprint;
      say(context, `\n${formatInstant(context.clock.now())}  ${name}`);
      await trial.run().catch((error: unknown) => {
        const { code, message, hint } = toHandsError(error);
        say(context, `error[${code}]: ${message}${hint === undefined ? "" : `\n  hint: ${hint}`}`);
      });
      if (!signal.aborted) say(context, `Waiting for edits in ${folder.dir}; Ctrl-C ends this.`);
    }
    seenHash = fingerprint;
    await context.clock.sleep(LOOK_EVERY_MS, signal).catch(() => {});
  }
  return EXIT.ok;
}

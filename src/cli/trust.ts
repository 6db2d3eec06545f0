import { assertMayDecide } from "../approvals/index.ts";
import { HandsError } from "../core/index.ts";
import { explainPackage } from "../explain/index.ts";
import type { InstalledState } from "../installs/index.ts";
import { readInstalledState, trustHand, withHandsChange } from "../installs/index.ts";
import { examineHandFolder } from "../manifest/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { confirm } from "./confirm.ts";
import { EXIT } from "./exit-codes.ts";
import { formatExplanation } from "./explain/format-explanation.ts";
import { formatDifferentFiles } from "./format-different-files.ts";
import { readOperatorName } from "./operator.ts";
import { loadProject, withWritingStore } from "./project.ts";

/** Lets an installed hand run as it is now. Throws: `hand_not_found`, `hand_broken`, `invalid_argument` where nobody said yes. */
export async function trust(context: CommandContext, name: string, isSure: boolean): Promise<number> {
  assertMayDecide(context.environment);
  const { config } = await loadProject(context);
  return await withHandsChange(config.handsDir, async () => {
    const state = await readInstalledState(config.handsDir, name);
    if (state.isTrusted) {
      say(context, `${name} is trusted already, as it is.`);
      return finish(context, state);
    }
    const { hand } = await examineHandFolder(state.dir);
    if (hand === undefined) {
      throw new HandsError("hand_broken", `the hand ${name} is broken, so it could not run anyway`, {
        hint: `\`hands validate ${state.dir}\` shows every problem at its place.`,
      });
    }
    const { err } = context.terminal;
    err.write(formatExplanation(err, await explainPackage(config, hand)));
    if (state.differences !== null) err.write(formatDifferentFiles(err, state.differences));
    say(context, `From ${state.installed.source}. Read it before you trust it: ${state.dir}`);
    if (!(await confirm(context, { isSure, message: `May ${name} run, as it is now?` }))) {
      say(context, `${name} is not trusted: nothing of it runs.`);
      return EXIT.cancelled;
    }
    await withWritingStore(context, config, (store) =>
      trustHand(store, config.handsDir, state, readOperatorName()),
    );
    say(
      context,
      `${name} is trusted, as it is: it fires by its schedule, and \`hands run ${name}\` runs it now.`,
    );
    return finish(context, state);
  });
}

function finish(context: CommandContext, { installed, hash }: InstalledState): number {
  if (context.isJson)
    writeJson(context, { name: installed.folder, source: installed.source, hash, isTrusted: true });
  return EXIT.ok;
}

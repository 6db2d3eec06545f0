import { assertMayDecide } from "../approvals/index.ts";
import { uninstallHand, withHandsChange } from "../installs/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { readOperatorName } from "./operator.ts";
import { loadProject, withWritingStore } from "./project.ts";

/** Removes an installed hand. Throws: `hand_not_found` for one that did not come from elsewhere. */
export async function uninstall(context: CommandContext, name: string): Promise<number> {
  assertMayDecide(context.environment);
  const { config } = await loadProject(context);
  const { handsDir } = config;
  await withHandsChange(handsDir, (workDir) =>
    withWritingStore(context, config, (store) =>
      uninstallHand(store, { handsDir, workDir }, name, readOperatorName()),
    ),
  );
  if (context.isJson) writeJson(context, { name, isInstalled: false });
  say(context, `${name} is removed. What it did stays on record: \`hands executions ${name}\`.`);
  return EXIT.ok;
}

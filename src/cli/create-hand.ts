import { basename, join, relative } from "node:path";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { loadProject } from "./project.ts";
import type { WantedHand } from "./write-hand.ts";
import { writeHand } from "./write-hand.ts";

/** Writes a new hand's folder and says what to do next. Throws as {@link writeHand}. */
export async function createHand(context: CommandContext, name: string, wanted: WantedHand): Promise<number> {
  const { config } = await loadProject(context);
  const paths = await writeHand(config.handsDir, name, wanted);
  if (context.isJson) writeJson(context, { name, path: join(config.handsDir, name), files: paths });
  else for (const path of paths) context.terminal.out.write(`${path}\n`);
  const brain = paths.find((path) => ["hand.ts", "SYSTEM.md"].includes(basename(path))) ?? "";
  say(
    context,
    `Next: edit ${relative(context.cwd, brain)}; \`hands dev ${name}\` shows at each edit what it would do, \`hands run ${name}\` runs it.`,
  );
  return EXIT.ok;
}

import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { HandsError } from "../core/index.ts";
import { parseManifest } from "../manifest/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import type { NewHand } from "./hand-template.ts";
import { renderHand } from "./hand-template.ts";
import { loadProject } from "./project.ts";

/** Writes a new hand's folder. Throws: `invalid_manifest` for a name or schedule that cannot be, `invalid_argument` where the folder is there. */
export async function createHand(
  context: CommandContext,
  name: string,
  wanted: Omit<NewHand, "name">,
): Promise<number> {
  const { config } = await loadProject(context);
  const files = renderHand({ name, ...wanted });
  const dir = join(config.handsDir, name);
  const parsed = parseManifest(files["HAND.toml"] ?? "", { path: "HAND.toml", handDir: dir });
  const errors = parsed.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new HandsError("invalid_manifest", `no hand can be made of ${JSON.stringify(name)}`, {
      hint: errors[0]?.hint ?? "Choose another name or schedule.",
      details: { diagnostics: errors },
    });
  }
  await mkdir(config.handsDir, { recursive: true });
  try {
    await mkdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new HandsError("invalid_argument", `${dir} is there already`, {
      hint: "Choose another name; nothing was changed.",
    });
  }
  const paths: string[] = [];
  for (const [file, content] of Object.entries(files)) {
    const path = join(dir, file);
    await writeFile(path, content, { flag: "wx" });
    paths.push(path);
  }
  if (context.isJson) writeJson(context, { name, path: dir, files: paths });
  else for (const path of paths) context.terminal.out.write(`${path}\n`);
  const next = wanted.isModel
    ? "Write SYSTEM.md, then"
    : `Edit ${relative(context.cwd, join(dir, "hand.ts"))}, then`;
  say(context, `${next} \`hands validate ${relative(context.cwd, dir)}\` and \`hands run ${name}\`.`);
  return EXIT.ok;
}

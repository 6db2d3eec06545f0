import { readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { renderProjectFile } from "./project-file-template.ts";
import { writeHand } from "./write-hand.ts";

/** What a human, or nobody, chose. */
interface Choices {
  readonly handsDir: string;
  /** `provider/model`, or null for none yet. */
  readonly model: string | null;
}

/** A hand to look at, run and change: it needs no model and no key. */
const FIRST_HAND = "disk-report";

const IGNORED = ["data/", "backups/"];

/** Writes what a project needs and does not have. What is there stays as it is. */
export async function initProject(context: CommandContext, mustNotAsk: boolean): Promise<number> {
  const { cwd } = context;
  const configPath = resolve(cwd, context.globals.config ?? "hands.toml");
  const hasConfig = await exists(configPath);
  const defaults: Choices = { handsDir: context.globals.hands ?? "hands", model: null };
  const choices =
    mustNotAsk || hasConfig || !context.terminal.canAsk ? defaults : await ask(context, defaults);
  if (choices === null) return EXIT.cancelled;
  const created: string[] = [];
  const changed: string[] = [];
  const kept: string[] = [];
  if (hasConfig) kept.push(configPath);
  else {
    await writeFile(configPath, renderProjectFile(choices), { flag: "wx" });
    created.push(configPath);
  }
  const handsDir = resolve(cwd, choices.handsDir);
  if (await exists(handsDir)) kept.push(handsDir);
  else if (!hasConfig) {
    await writeHand(handsDir, FIRST_HAND, { template: "reporter", description: null, schedule: null });
    created.push(join(handsDir, FIRST_HAND));
  }
  const ignorePath = join(cwd, ".gitignore");
  const before = await readFile(ignorePath, "utf8").catch(() => null);
  const missing = IGNORED.filter(
    (entry) => !(before ?? "").split(/\r?\n/).some((line) => line.trim().replace(/^\//, "") === entry),
  );
  if (missing.length === 0) kept.push(ignorePath);
  else {
    const lead = before === null || before === "" || before.endsWith("\n") ? (before ?? "") : `${before}\n`;
    await writeFile(ignorePath, `${lead}${missing.join("\n")}\n`);
    (before === null ? created : changed).push(ignorePath);
  }
  if (context.isJson) writeJson(context, { created, changed, kept });
  else {
    const write = (word: string, paths: readonly string[]) =>
      paths.map((path) => `${word} ${path}\n`).join("");
    context.terminal.out.write(
      write("created", created) + write("changed", changed) + write("kept   ", kept),
    );
  }
  say(
    context,
    "Next: `hands up` runs the hands, `hands new NAME` makes another, `hands explain NAME` says what one does, `hands doctor` looks for what is missing.",
  );
  return EXIT.ok;
}

async function ask(context: CommandContext, defaults: Choices): Promise<Choices | null> {
  const { isCancel, text } = await import("@clack/prompts");
  const { questions } = context.terminal;
  const handsDir = await text({
    message: "Which folder holds the hands?",
    initialValue: defaults.handsDir,
    ...questions,
  });
  if (isCancel(handsDir)) return null;
  const model = await text({
    message: "Which model decides for hands without a script? (provider/model; empty for none yet)",
    placeholder: "ollama/qwen3",
    ...questions,
    validate: (value) =>
      value === undefined || value === "" || /.\/./.test(value)
        ? undefined
        : "Write provider/model, as in ollama/qwen3.",
  });
  if (isCancel(model)) return null;
  return { handsDir: handsDir || defaults.handsDir, model: model || null };
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";

/** Commands whose first argument is the name of a hand. */
const TAKE_HANDS: ReadonlySet<string> = new Set([
  "disable",
  "enable",
  "executions",
  "logs",
  "next",
  "pause",
  "resume",
  "run",
  "show",
]);

/** What the last word could become: a command, an option, an allowed word or the name of a hand. Never fails. */
export async function findCompletions(
  context: CommandContext,
  program: Command,
  words: readonly string[],
): Promise<readonly string[]> {
  const last = words.at(-1) ?? "";
  let command = program;
  let argumentCount = 0;
  for (const word of words.slice(0, -1)) {
    const sub = command.commands.find(
      (candidate) => candidate.name() === word || candidate.aliases().includes(word),
    );
    if (sub !== undefined) {
      command = sub;
      argumentCount = 0;
    } else if (!word.startsWith("-")) argumentCount += 1;
  }
  const candidates = last.startsWith("-")
    ? listOptions(command, program)
    : [
        ...command.commands.map((sub) => sub.name()).filter((name) => !name.startsWith("__")),
        ...(command.registeredArguments[argumentCount]?.argChoices ?? []),
        ...(argumentCount === 0 && TAKE_HANDS.has(command.name()) ? await listHandNames(context) : []),
      ];
  return candidates.filter((candidate) => candidate.startsWith(last));
}

function listOptions(command: Command, program: Command): readonly string[] {
  const options = command === program ? program.options : [...command.options, ...program.options];
  return [...options.map((option) => option.long ?? option.short ?? ""), "--help"].filter(
    (name) => name !== "",
  );
}

/** Folders with a manifest; their names are the hands' unless a manifest says otherwise. */
async function listHandNames({ cwd, environment, globals }: CommandContext): Promise<readonly string[]> {
  const root = join(cwd, globals.hands ?? environment["HANDS_HANDS_DIR"] ?? "hands");
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name);
}

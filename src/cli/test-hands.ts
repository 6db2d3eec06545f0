import { writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { HandTest } from "../recording/index.ts";
import { testHand } from "../recording/index.ts";
import { HandNotFoundError } from "../registry/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { formatDifferences } from "./format-differences.ts";
import { formatJunit } from "./format-junit.ts";
import { loadProject } from "./project.ts";
import { createReplayOptions } from "./replay-one.ts";

/** What was found of one hand. */
export interface TestedHand {
  readonly handName: string;
  readonly tests: readonly HandTest[];
}

/** Runs hands against their recordings. Ends with 1 where one of them does something else than it did. */
export async function testHands(
  context: CommandContext,
  names: readonly string[],
  options: { readonly update: boolean; readonly junit: string | null },
): Promise<number> {
  const { config } = await loadProject(context);
  const folders = await findFolders(config.handsDir, names);
  const tested: TestedHand[] = [];
  for (const { name, dir } of folders) {
    const tests = await testHand({
      ...createReplayOptions(context, config),
      handDir: dir,
      update: options.update,
    });
    if (tests.length > 0 || names.length > 0) tested.push({ handName: name, tests });
    if (!context.isJson) for (const test of tests) print(context, name, test);
  }
  const all = tested.flatMap(({ tests }) => tests);
  const failed = all.filter(({ hasPassed }) => !hasPassed);
  if (options.junit !== null) await writeFile(resolve(context.cwd, options.junit), formatJunit(tested));
  if (context.isJson) writeJson(context, { hasPassed: failed.length === 0, hands: tested });
  else sayResult(context, tested, failed.length);
  const isEmpty = names.length > 0 && tested.some(({ tests }) => tests.length === 0);
  return failed.length > 0 || isEmpty ? EXIT.failed : EXIT.ok;
}

/** The folders of hands by name; without names all of them. Throws: `hand_not_found`. */
export async function findFolders(
  handsDir: string,
  names: readonly string[],
): Promise<readonly { readonly name: string; readonly dir: string }[]> {
  const { discoverHandFolders, loadHandFolder } = await import("../manifest/index.ts");
  const { folders } = await discoverHandFolders(handsDir);
  const found = await Promise.all(
    folders.map(async (dir) => {
      const { name } = await loadHandFolder(dir);
      return { name, dir };
    }),
  );
  const known = found.map(({ name }) => name);
  for (const name of names) if (!known.includes(name)) throw new HandNotFoundError(name, known);
  return names.length === 0 ? found : found.filter(({ name }) => names.includes(name));
}

function print(context: CommandContext, handName: string, test: HandTest): void {
  const { out } = context.terminal;
  const { green, red, yellow, dim } = out.colors;
  const sign = test.isUpdated ? yellow("updated") : test.hasPassed ? green("passed ") : red("failed ");
  out.write(`${sign} ${handName} ${dim(test.name)}\n`);
  out.write(formatDifferences(out, test.differences, "  "));
  if (test.needsRecording) {
    const path = relative(context.cwd, test.path);
    say(
      context,
      `  ${path} cannot be brought up to date: the hand calls for what was never recorded. \`hands run ${handName} --record ${test.name}\` records it anew.`,
    );
  }
}

function sayResult(context: CommandContext, tested: readonly TestedHand[], failed: number): void {
  const count = tested.reduce((sum, { tests }) => sum + tests.length, 0);
  for (const { handName, tests } of tested) {
    if (tests.length === 0)
      say(context, `${handName} has no recordings: \`hands run ${handName} --record\` makes one.`);
  }
  if (count === 0) {
    if (tested.length === 0) say(context, "No hand has recordings: `hands run NAME --record` makes one.");
    return;
  }
  say(
    context,
    failed === 0
      ? `All ${count} recordings go as they went.`
      : `${failed} of ${count} recordings do not go as they went. Where that is meant: \`hands test --update\`.`,
  );
}

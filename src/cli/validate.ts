import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { HandsError, readEnvironment } from "../core/index.ts";
import type { Diagnostic, HandFolder } from "../manifest/index.ts";
import {
  checkGateCoverage,
  discoverHandFolders,
  formatDiagnostic,
  lintHand,
  listMcpServers,
  loadHandFolder,
} from "../manifest/index.ts";
import type { ProjectConfig } from "../runtime/index.ts";
import { readBuiltinCatalog } from "../runtime/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { loadProject } from "./project.ts";

/** What was found of one hand. */
interface CheckedHand {
  readonly name: string;
  readonly path: string;
  readonly dialect: string;
  readonly ok: boolean;
  readonly diagnostics: readonly Omit<Diagnostic, "source">[];
}

/** How problems are written: for people, as JSON, for code scanning, or as GitHub's workflow commands. */
export type ValidateFormat = "text" | "json" | "sarif" | "github";

/** What `hands validate` was told. */
export interface ValidateOptions {
  readonly withCode: boolean;
  readonly isStrict: boolean;
  readonly isFixing: boolean;
  readonly format: ValidateFormat;
}

/** Checks hands and prints what was found. Exit code 2 where something is wrong, and where there was nothing to check. */
export async function validate(
  context: CommandContext,
  path: string | undefined,
  options: ValidateOptions,
): Promise<number> {
  const { config } = await loadProject(context, { withSecrets: options.withCode });
  const folders = await findFolders(path === undefined ? config.handsDir : resolve(context.cwd, path));
  let loaded = await Promise.all(
    folders.map((dir) => loadHandFolder(dir, { projectToolsDir: config.toolsDir ?? null })),
  );
  if (options.isFixing) {
    const { fixHands } = await import("./fix-hands.ts");
    if ((await fixHands(context, loaded)) > 0)
      loaded = await Promise.all(
        folders.map((dir) => loadHandFolder(dir, { projectToolsDir: config.toolsDir ?? null })),
      );
  }
  const checked = await checkAll(config, loaded, options);
  const hands = loaded.map((folder, index) => {
    const diagnostics = [...(checked[index] ?? []), ...findDuplicates(folder, loaded)];
    const isBad = ({ severity }: Diagnostic) => severity === "error" || options.isStrict;
    return { folder, diagnostics, ok: !diagnostics.some(isBad) };
  });
  const ok = hands.length > 0 && hands.every((hand) => hand.ok);
  await write(context, options.format, ok, hands);
  return ok ? EXIT.ok : EXIT.usage;
}

async function write(
  context: CommandContext,
  format: ValidateFormat,
  ok: boolean,
  hands: readonly Found[],
): Promise<void> {
  const diagnostics = hands.flatMap((hand) => hand.diagnostics);
  switch (format) {
    case "text":
      print(context, hands);
      return;
    case "json":
      writeJson(context, { ok, hands: hands.map(toJson) });
      return;
    case "sarif": {
      const { formatSarif } = await import("./format-sarif.ts");
      const { PROGRAM_VERSION } = await import("../runtime/index.ts");
      writeJson(context, formatSarif(diagnostics, { version: PROGRAM_VERSION, cwd: context.cwd }));
      return;
    }
    case "github": {
      const { formatGithub } = await import("./format-github.ts");
      context.terminal.out.write(formatGithub(diagnostics, context.cwd));
    }
  }
}

/** The folders that a path means. */
async function findFolders(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new HandsError("invalid_argument", `there is nothing at ${path}`, {
      hint: "Give a folder of hands, one hand's folder, or a HAND.toml; `hands new NAME` makes a hand.",
    });
  }
  if (found.isFile()) return [dirname(path)];
  if (await stat(join(path, "HAND.toml")).catch(() => undefined)) return [path];
  return (await discoverHandFolders(path)).folders;
}

async function checkAll(
  config: ProjectConfig,
  folders: readonly HandFolder[],
  { withCode, isStrict }: ValidateOptions,
): Promise<readonly (readonly Diagnostic[])[]> {
  const builtin = readBuiltinCatalog();
  const found = await checkTools(config, folders, builtin, withCode);
  if (!isStrict) return found;
  const linted = await Promise.all(folders.map((folder) => lintHand(folder, builtin)));
  return found.map((diagnostics, index) => [...diagnostics, ...(linted[index] ?? [])]);
}

type Catalog = ReturnType<typeof readBuiltinCatalog>;

async function checkTools(
  config: ProjectConfig,
  folders: readonly HandFolder[],
  builtin: Catalog,
  withCode: boolean,
): Promise<readonly (readonly Diagnostic[])[]> {
  if (!withCode) {
    return folders.map((folder) => {
      const { hand } = folder;
      if (hand === undefined) return folder.diagnostics;
      const problems = checkGateCoverage(hand, {
        tools: builtin,
        isComplete: hand.toolPaths.length === 0,
        unaskedServers: listMcpServers(hand, Object.keys(config.mcp ?? {})),
      });
      return [...folder.diagnostics, ...folder.locate(problems)];
    });
  }
  const { checkHandCode, openMachineSandbox } = await import("../runtime/index.ts");
  return await checkHandCode(folders, builtin, config, openMachineSandbox(config, readEnvironment()));
}

/** Of hands with one name none runs. */
function findDuplicates(folder: HandFolder, all: readonly HandFolder[]): readonly Diagnostic[] {
  if (folder.hand === undefined) return [];
  const others = all.filter(
    (other) => other !== folder && other.hand !== undefined && other.name === folder.name,
  );
  return others.map(({ dir }) => ({
    severity: "error",
    code: "duplicate_name",
    message: `${dir} is called \`${folder.name}\` as well`,
    file: join(folder.dir, "HAND.toml"),
    line: null,
    column: null,
    hint: "Give each hand a name of its own in [hand]; until then none of them runs.",
    source: null,
  }));
}

interface Found {
  readonly folder: HandFolder;
  readonly diagnostics: readonly Diagnostic[];
  readonly ok: boolean;
}

function toJson({ folder, diagnostics, ok }: Found): CheckedHand {
  return {
    name: folder.name,
    path: folder.dir,
    dialect: folder.dialect,
    ok,
    diagnostics: diagnostics.map(({ source: _, ...diagnostic }) => diagnostic),
  };
}

function print(context: CommandContext, hands: readonly Found[]): void {
  const { out } = context.terminal;
  const { green, red } = out.colors;
  for (const { folder, diagnostics, ok } of hands) {
    const count =
      diagnostics.length === 0
        ? ""
        : `, ${diagnostics.length} ${diagnostics.length === 1 ? "problem" : "problems"}`;
    out.write(
      `${ok ? green("ok    ") : red("broken")} ${folder.name} (${basename(folder.dir)}/HAND.toml${count})\n`,
    );
    const color = context.terminal.err.colors.isColorSupported;
    for (const diagnostic of diagnostics) say(context, formatDiagnostic(diagnostic, { color }));
  }
  if (hands.length === 0) say(context, "There is no hand to check. `hands new NAME` makes one.");
}

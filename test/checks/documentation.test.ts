import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { PassThrough } from "node:stream";
import BetterSqlite3 from "better-sqlite3";
import type { Command } from "commander";
import { expect, onTestFinished, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { parts } from "../../scripts/import-rules.ts";
import { createProgram } from "../../src/cli/program.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { ERROR_CODES, silentLogger, systemClock } from "../../src/core/index.ts";
import { parseManifest } from "../../src/manifest/index.ts";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";
import { nextFires } from "../../src/schedule/index.ts";
import { isRestored, openStore } from "../../src/store/index.ts";
import { repositoryRoot } from "../support/lint-tree.ts";
import { readPage, readPages } from "./pages.ts";

const pages = readPages();

/** Their blocks show what is refused or of another format as well, and have tests of their own. */
const PAGES_WITH_MISTAKES = ["docs/lint.md", "docs/schedules.md", "docs/migrate-from-openfang.md"];

/** Blocks of these languages are held by the tests here; others by a test of the page, which it has to name. */
const HELD_HERE = ["sh", "toml", "yaml", "mermaid", "sql", ""];

const PAGE_TESTS: Readonly<Record<string, string>> = {
  "README.md": "test/examples/front-pages.test.ts",
  "docs/audit.md": "test/cli/audit-commands.test.ts",
  "docs/library.md": "test/registry/library-page.test.ts",
  "docs/lint.md": "test/manifest/lint/documentation.test.ts",
  "docs/mcp.md": "test/runner/mcp-documentation.test.ts",
  "docs/migrate-from-cron.md": "test/examples/front-pages.test.ts",
  "docs/models.md": "test/models/docs.test.ts",
  "docs/testing-a-hand.md": "test/cli/recordings.test.ts",
  "docs/tools.md": "test/runner/project-tools.test.ts",
  "docs/tutorial.md": "test/package/walk-tutorial.ts",
  "docs/writing-a-hand.md": "test/examples/writing-a-hand.test.ts",
};

test("every block of code is in a language that is held here, or on a page with a test of its own", () => {
  const codes = pages.flatMap(({ path, blocks }) =>
    blocks.filter(({ language }) => !HELD_HERE.includes(language)).map(() => path),
  );
  expect([...new Set(codes)].sort()).toEqual(Object.keys(PAGE_TESTS).sort());
  for (const [page, file] of Object.entries(PAGE_TESTS))
    expect(readFileSync(join(repositoryRoot, file), "utf8"), file).toContain(page.split("/").at(-1));
});

test("every block of YAML is YAML", () => {
  const blocks = pages.flatMap(({ blocks }) => blocks.filter(({ language }) => language === "yaml"));
  expect(blocks.length).toBeGreaterThan(1);
  for (const { text } of blocks) expect(parseYaml(text)).toBeTypeOf("object");
});

test("the SQL of docs/deployment.md marks a database as restored", async () => {
  const dir = mkdtempSync(join(tmpdir(), "hands-docs-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const db = join(dir, "hands.db");
  const open = () => openStore({ db, clock: systemClock, logger: silentLogger });
  await (await open()).close();
  const [block] = readPage("docs/deployment.md").blocks.filter(({ language }) => language === "sql");
  const database = new BetterSqlite3(db);
  database.exec(block?.text ?? "");
  database.close();
  const store = await open();
  expect(await isRestored(store)).toBe(true);
  await store.close();
});

test("every link of the documentation leads to a file, and to a heading that is there", () => {
  const known = new Map(pages.map((page) => [page.path, page]));
  const checked: string[] = [];
  const broken = pages.flatMap(({ path, links }) =>
    links.flatMap((link) => {
      if (/^[a-z]+:/.test(link)) return [];
      checked.push(link);
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(repositoryRoot, target))) return [`${path}: ${link} is not there`];
      if (anchor === undefined || known.get(target)?.anchors.has(anchor) === true) return [];
      return [`${path}: ${link} has no such heading`];
    }),
  );
  expect(checked.length).toBeGreaterThan(100);
  expect(broken).toEqual([]);
});

test("the table of contents leads to every page of docs/", () => {
  const { links } = readPage("docs/README.md");
  const missing = pages.filter(
    ({ path }) => path.startsWith("docs/") && path !== "docs/README.md" && !links.includes(path.slice(5)),
  );
  expect(missing.map(({ path }) => path)).toEqual([]);
});

test("every HAND.toml and every part of a hands.toml that is shown is valid", () => {
  const blocks = pages
    .filter(({ path }) => !PAGES_WITH_MISTAKES.includes(path))
    .flatMap(({ path, blocks }) =>
      blocks.filter(({ language }) => language === "toml").map(({ text }) => ({ path, text })),
    );
  expect(blocks.length).toBeGreaterThan(40);
  const refused = blocks.filter(({ path, text }) => {
    const asHand = text.includes("[hand]") ? text : `[hand]\nname = "example"\n\n${text}`;
    const { hand, diagnostics } = parseManifest(asHand, { path: "hands/example/HAND.toml" });
    const isHand = hand !== undefined && diagnostics.length === 0;
    return !isHand && (text.includes("[hand]") || readProjectFile(text, path).file === undefined);
  });
  expect(refused).toEqual([]);
});

/** The command line, which does nothing. */
function defineProgram(): Command {
  const stream = new PassThrough();
  const terminal = createTerminal({
    stdin: stream,
    stdout: stream,
    stderr: stream,
    environment: {},
    argv: [],
  });
  return createProgram(() => async () => {}, terminal);
}

test("docs/cli.md names every command, and some page every option", () => {
  const { text } = readPage("docs/cli.md");
  const all = pages.map((page) => page.text).join("\n");
  const program = defineProgram();
  const commands = program.commands.filter((command) => !command.name().startsWith("__"));
  expect(commands.length).toBeGreaterThan(30);
  const missing = commands.flatMap((command) => [
    ...(text.includes(`hands ${command.name()}`) || text.includes(`\`${command.name()}`)
      ? []
      : [command.name()]),
    ...[command, ...command.commands]
      .flatMap(({ options }) => options)
      .flatMap(({ long }) => (long == null || all.includes(long) ? [] : [`${command.name()} ${long}`])),
  ]);
  expect(missing).toEqual([]);
});

test("every command that is named has the options that are given with it", () => {
  const program = defineProgram();
  const lines = pages.flatMap(({ path, blocks, inlineCodes }) =>
    [
      ...blocks
        .filter(({ language }) => language === "sh" || language === "")
        .flatMap(({ text }) => text.split("\n")),
      ...inlineCodes,
    ]
      .filter((line) => /^(npx )?hands [a-z-]/.test(line))
      .map((line) => ({ path, line })),
  );
  expect(lines.length).toBeGreaterThan(200);
  expect(
    lines.flatMap(({ path, line }) => findUnknown(program, line).map((what) => `${path}: ${line}: ${what}`)),
  ).toEqual([]);
});

/** What of a command line the program does not know. */
function findUnknown(program: Command, line: string): readonly string[] {
  const written = line.replace(/\s#.*$/, "").replace(/"[^"]*"|'[^']*'/g, "TEXT");
  const words = written.split(/[\s,|()[\]]+/).slice(written.startsWith("npx") ? 2 : 1);
  let command = program;
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next === undefined) break;
    command = next;
  }
  if (command === program && !["help", "--version"].includes(words[0] ?? ""))
    return [`no command ${words[0]}`];
  const options = new Set(
    [...program.options, ...command.options].flatMap(({ long, short }) => [long, short]).concat("--help"),
  );
  return words
    .filter((word) => /^--[a-z]/.test(word) && !options.has(word.split("=")[0]))
    .map((word) => `no ${word}`);
}

test("every npm script that is named is there", () => {
  const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = pages.flatMap(({ text }) =>
    [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = ""]) => name),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("docs/troubleshooting.md has a section for every code, with its HTTP status, its exit code and what to do", () => {
  const [, ...sections] = readPage("docs/troubleshooting.md").text.split(/^### /m);
  const said = sections.map((section) => {
    const [, code = ""] = /^`(\w+)`\n/.exec(section) ?? [];
    const [, httpStatus, exitCode] = /\n\nHTTP (\d+), exit (\d+)\. \S/.exec(section) ?? [];
    expect(section.trim().split("\n\n").length, code).toBeGreaterThanOrEqual(3);
    return [code, { httpStatus: Number(httpStatus), exitCode: Number(exitCode) }] as const;
  });
  expect(said).toEqual(Object.entries(ERROR_CODES));
});

test("ARCHITECTURE.md names every part, in the order in which they may import each other", () => {
  const { text } = readPage("ARCHITECTURE.md");
  const table = text.slice(text.indexOf("| part | is |"), text.indexOf("`web/` is the dashboard"));
  expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(parts));
});

test.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("every path that %s names is there", (path) => {
  const paths = readPage(path).inlineCodes.filter((code) =>
    /^(src|test|scripts|docs|bench|web|examples|deploy)\/[\w./-]*$/.test(code),
  );
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((each) => !existsSync(join(repositoryRoot, each)))).toEqual([]);
});

test("every schedule of docs/migrate-from-cron.md fires", () => {
  const written = readPage("docs/migrate-from-cron.md").inlineCodes.filter((code) =>
    code.startsWith("schedule ="),
  );
  expect(written.length).toBeGreaterThan(8);
  for (const line of written) {
    const { hand, diagnostics } = parseManifest(`[hand]\nname = "example"\n${line}\n`, { path: "HAND.toml" });
    expect(diagnostics, line).toEqual([]);
    expect(
      nextFires(hand?.schedule ?? line, { from: new Date("2026-01-01T00:00:00Z"), count: 1 }),
      line,
    ).toHaveLength(1);
  }
});

test("every figure that README.md gives is one of docs/scale.md or docs/performance.md", () => {
  const { text } = readPage("README.md");
  const table = text.slice(text.indexOf("## Measured"), text.indexOf("[Scale](docs/scale.md)"));
  const figures = [...table.matchAll(/\d[\d.,]*\d|\d/g)].map(([figure]) => figure);
  expect(figures.length).toBeGreaterThan(6);
  const measured = readPage("docs/scale.md").text + readPage("docs/performance.md").text;
  expect(figures.filter((figure) => !measured.includes(figure))).toEqual([]);
});

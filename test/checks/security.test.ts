import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runInNewContext } from "node:vm";
import type { Command } from "commander";
import picocolors from "picocolors";
import { expect, onTestFinished, test } from "vitest";
import { createConsoleLogger } from "../../src/cli/console-logger.ts";
import { createProgram } from "../../src/cli/program.ts";
import { canonicalJson, matchesGlob, silentLogger, systemClock, toJsonValue } from "../../src/core/index.ts";
import { parseManifest } from "../../src/manifest/index.ts";
import { createRuntime, loadProjectConfig } from "../../src/runtime/index.ts";
import { warnOpenFolder } from "../../src/runtime/warn-open-folder.ts";
import { repositoryRoot } from "../support/lint-tree.ts";
import { findGaps } from "./find-gaps.ts";
import { THREATS } from "./threats.ts";

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), "utf8");

test("the threat model of docs/security.md is the list of threats, each once", () => {
  expect(THREATS.length).toBeGreaterThanOrEqual(20);
  const rows = THREATS.map(({ threat, from, defence, heldBy }) => {
    const files = Object.keys(heldBy).map((file) => `[${path.basename(file, ".test.ts")}](../test/${file})`);
    return `| ${threat} | ${from} | ${defence} | ${files.join(", ")} |`;
  });
  expect(new Set(rows).size).toBe(rows.length);
  const table = read("docs/security.md")
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.includes("](../test/"));
  expect(table).toEqual(rows);
});

test.each(THREATS)("has tests that run: $threat", (threat) => {
  expect(findGaps(threat)).toEqual([]);
});

test("every package of the lock file is pinned by the hash of its content, and by no address", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>;
  };
  const entries = Object.entries(packages).filter(([name]) => name !== "");
  expect(entries.length).toBeGreaterThan(300);
  const loose = entries.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ""));
  expect(loose.map(([name]) => name)).toEqual([]);
  expect(entries.filter(([, entry]) => entry.resolved !== undefined || entry.link === true)).toEqual([]);
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
});

test("keys that name prototypes change no object, from TOML or from JSON", () => {
  const keys = [
    '__proto__.polluted = "yes"',
    'constructor.prototype.polluted = "yes"',
    '"__proto__" = { polluted = "yes" }',
  ];
  for (const key of keys) {
    for (const table of ["", "[parameters]\n", "[approval_gates]\n", "[mcp]\n"]) {
      const parsed = parseManifest(`[hand]\nname = "x"\n${table}${key}\n`, { path: "HAND.toml" });
      expect(({} as { polluted?: string }).polluted, key).toBeUndefined();
      const isRefused = parsed.diagnostics.some(({ message }) => message === "`__proto__` cannot be a key");
      expect(isRefused, `${table}${key}`).toBe(key.includes("__proto__"));
      const { parameters = {} } = parsed.hand ?? {};
      expect(Object.getPrototypeOf(parameters)).toBe(Object.prototype);
      expect((parameters as { polluted?: string }).polluted).toBeUndefined();
    }
  }
  const hostile: unknown = JSON.parse(
    '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
  );
  const value = toJsonValue(hostile);
  expect((value as { polluted?: string }).polluted).toBeUndefined();
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  expect(canonicalJson(value)).toBe(
    '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
  );
});

test("a glob of many stars is matched at once", () => {
  const match = () => matchesGlob(`${"*a".repeat(40)}*b`, "a".repeat(100_000));
  expect(runInNewContext("match()", { match }, { timeout: 20_000 })).toBe(false);
});

test("a message that holds lines and escapes is one line of the log", () => {
  const lines: string[] = [];
  const colors = picocolors.createColors(false);
  const stream = { isTerminal: true, colors, columns: 80, write: () => {} };
  const logger = createConsoleLogger({
    print: (line) => lines.push(line),
    stream,
    clock: systemClock,
    isVerbose: true,
  });
  logger.info("it said\n12:00:00 error forged\u001b[2J\u202E", { why: "a\r\nb\u001b]0;title\u0007" });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("a folder of data that others can open is warned of at the start", async () => {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-modes-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const warnings: unknown[] = [];
  const logger = { warn: (_message: string, fields?: object) => void warnings.push(fields) };
  await warnOpenFolder(dir, logger);
  expect(warnings, "mkdtemp makes it 0700").toEqual([]);
  for (const mode of [0o750, 0o705, 0o701]) {
    chmodSync(dir, mode);
    await warnOpenFolder(dir, logger);
  }
  chmodSync(dir, 0o700);
  expect(warnings).toEqual(Array(3).fill({ folder: dir, hint: `chmod 700 ${dir}` }));
  mkdirSync(path.join(dir, "data"));
  chmodSync(path.join(dir, "data"), 0o755);
  const { config } = await loadProjectConfig({ cwd: dir, environment: {}, flags: {} });
  const runtime = await createRuntime({ config, environment: {}, logger: { ...silentLogger, ...logger } });
  onTestFinished(() => runtime.stop());
  await runtime.start({ scheduler: false, worker: false });
  expect(warnings.at(-1)).toMatchObject({ hint: `chmod 700 ${path.join(dir, "data")}` });
});

test("what the program itself logs has no secret", async () => {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-canary-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const secret = path.basename(dir);
  mkdirSync(path.join(dir, "data"));
  chmodSync(path.join(dir, "data"), 0o755);
  const lines: string[] = [];
  const log = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const environment = { OPENAI_API_KEY: secret };
  const { config } = await loadProjectConfig({ cwd: dir, environment, flags: {}, withSecrets: true });
  const logger = { debug: log, info: log, warn: log, error: log };
  const runtime = await createRuntime({ config, environment, logger });
  onTestFinished(() => runtime.stop());
  await runtime.start({ scheduler: false, worker: false });
  expect(lines.join("\n")).not.toContain(secret);
  expect(lines.join("\n")).toContain("[redacted]");
});

test("secrets are in no argument, no title of a process and no core that the service leaves", () => {
  const options: string[] = [];
  const visit = (command: Command): void => {
    for (const { flags } of [
      ...command.options,
      ...command.registeredArguments.map((it) => ({ flags: it.name() })),
    ])
      options.push(flags);
    for (const inner of command.commands) visit(inner);
  };
  const stream = { isTerminal: false, colors: picocolors.createColors(false), columns: 80, write: () => {} };
  const questions = { input: process.stdin, output: process.stderr };
  visit(createProgram(() => async () => {}, { out: stream, err: stream, canAsk: false, questions }));
  expect(options.length).toBeGreaterThan(50);
  expect(options.filter((flags) => /secret|password|api.?key|credential|<token>/i.test(flags))).toEqual([]);
  const sources = readdirSync(path.join(repositoryRoot, "src"), { recursive: true, encoding: "utf8" });
  const code = sources.filter((file) => file.endsWith(".ts"));
  expect(code.filter((file) => read(`src/${file}`).includes("process.title"))).toEqual([]);
  expect(read("deploy/hands.service")).toMatch(/^LimitCORE=0$/m);
});

test("secrets are compared in constant time wherever they are compared at all", () => {
  const files = readdirSync(path.join(repositoryRoot, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file, text: read(`src/${file}`) }));
  const checking = files.filter(
    ({ file, text }) => /-signature\.ts$/.test(file) && text.includes("createHmac("),
  );
  expect(checking.length).toBeGreaterThan(1);
  for (const { file, text } of checking) {
    expect(text, file).toMatch(/\b(?:timingSafeEqual|isSameSecret)\([a-z]/);
    expect(text, file).not.toMatch(/(?:[=!]== expected\b(?!\.length))|(?:\bexpected [=!]==)/);
  }
  expect(read("src/server/auth/check-request.ts")).toMatch(/\bisSameSecret\(given, /);
  expect(read("src/server/auth/secrets.ts")).toMatch(/\btimingSafeEqual\(a, b\)/);
});

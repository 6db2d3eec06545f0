import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import picocolors from "picocolors";
import { expect, test } from "vitest";
import { toPrintable, writeData } from "../../src/cli/printable.ts";
import { showsColor } from "../../src/cli/terminal.ts";
import { createCliProject } from "./cli-project.ts";
import { BROKEN, GREETER } from "./sample-hands.ts";

const ESCAPE = "\u001B[";

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: "dumb" }, true, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
  [{ FORCE_COLOR: "1", TERM: "dumb" }, false, true],
])("%j on a terminal (%s): colour %s", (environment, isTerminal, expected) => {
  expect(showsColor(environment, isTerminal)).toBe(expected);
});

test("pipes get no colour; FORCE_COLOR gives it, --no-color and NO_COLOR take it", async () => {
  const project = await createCliProject({ ...GREETER, ...BROKEN });
  const plain = await project.hands(["list"]);
  expect(plain.stdout + plain.stderr).not.toContain(ESCAPE);
  const forced = await project.hands(["list"], { env: { FORCE_COLOR: "1" } });
  expect([forced.stdout.includes(ESCAPE), forced.stderr.includes(ESCAPE)]).toEqual([true, true]);
  const refused = await project.hands(["list", "--no-color"], { env: { FORCE_COLOR: "1" } });
  expect(refused.stdout + refused.stderr).not.toContain(ESCAPE);
  const json = await project.hands(["list", "--json"], { env: { FORCE_COLOR: "1" } });
  expect(json.stdout).not.toContain(ESCAPE);
});

test("what came from outside cannot act upon a terminal", () => {
  expect(toPrintable("a\u001B[31mb\r\u202Ec\nd\te")).toBe("a\\u{1B}[31mb\\u{D}\\u{202E}c\nd\te");
  const written: string[] = [];
  const stream = {
    colors: picocolors.createColors(false),
    columns: 80,
    write: (text: string) => void written.push(text),
  };
  for (const isTerminal of [true, false]) writeData({ ...stream, isTerminal }, "a\u001B[2Jb");
  expect(written, "for people, and for programs").toEqual(["a\\u{1B}[2Jb\n", "a\u001B[2Jb\n"]);
});

test("a reader that has seen enough ends the program quietly", async () => {
  const project = await createCliProject();
  const binary = fileURLToPath(new URL("../../bin/hands.js", import.meta.url));
  const command = `"${process.execPath}" "${binary}" next --cron "* * * * *" --count 1000 --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const [stdout, stderr] = await new Promise<[string, string]>((resolve) => {
    execFile("bash", ["-c", command], { cwd: project.dir }, (_error, out, err) => resolve([out, err]));
  });
  expect([stdout, stderr]).toEqual(["[\n0\n", ""]);
});

test("hands with no command prints help, with every command, on stdout", async () => {
  const project = await createCliProject();
  const ran = await project.hands([]);
  expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
  for (const name of ["init", "up", "run", "approve", "doctor", "completion"])
    expect(ran.stdout).toContain(`  ${name}`);
  expect(ran.stdout).toContain("Exit codes:");
  expect(ran.stdout).not.toContain("__complete");
});

/** The commands in a help text, without the help of the help. */
function listCommands(help: string): readonly string[] {
  const listed = help.slice(
    help.indexOf("Begin:") === -1 ? help.indexOf("\nCommands:") : help.indexOf("Begin:"),
  );
  return [...listed.matchAll(/^ {2}([a-z]+)(?:\|\w+)?(?: [[<].*?)? {2}/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "help");
}

test("every command has examples in its help", async () => {
  const project = await createCliProject();
  const names = listCommands((await project.hands(["--help"])).stdout);
  expect(names.length).toBeGreaterThan(20);
  const checked: string[] = [];
  for (const name of names) {
    const { stdout } = await project.hands([name, "--help"]);
    const isGroup = stdout.includes("\nCommands:");
    for (const path of isGroup ? listCommands(stdout).map((sub) => [name, sub]) : [[name]]) {
      const help = isGroup ? (await project.hands([...path, "--help"])).stdout : stdout;
      expect(help, path.join(" ")).toMatch(/Examples:\n {2}\$ .*hands/);
      expect(help, path.join(" ")).toContain("--json");
      checked.push(path.join(" "));
    }
  }
  expect(checked).toEqual(expect.arrayContaining(["execution retry", "approve", "up"]));
}, 90_000);

test.each([
  [["lst"], "Did you mean"],
  [["list", "--jsno"], "Did you mean --json?"],
  [["run"], "missing required argument"],
  [["executions", "--limit", "x"], "whole number from 1 to 1000"],
  [["approve", "x", "--remember", "always"], "execution, hand"],
])("%j is a usage error: 2, one line and a hint, nothing on stdout", async (args, expected) => {
  const project = await createCliProject();
  const ran = await project.hands(args);
  expect([ran.exitCode, ran.stdout]).toEqual([2, ""]);
  expect(ran.stderr).toMatch(/^error\[invalid_argument\]: .+\n {2}hint: .+\n$/);
  expect(ran.stderr).toContain(expected);
  const json = await project.hands([...args, "--json"]);
  expect(json.json()).toMatchObject({ error: { code: "invalid_argument" } });
});

test("the version is the package's", async () => {
  const project = await createCliProject();
  expect((await project.hands(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

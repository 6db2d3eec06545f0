import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { formatDifferences } from "../../src/cli/format-differences.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { readPage } from "../checks/pages.ts";
import { openRecordingBench } from "../recording/recording-bench.ts";
import { createCliProject } from "./cli-project.ts";
import { runHere } from "./run-here.ts";
import { GREETER, PAYER } from "./sample-hands.ts";

const { blocks } = readPage("docs/testing-a-hand.md");
const library = new URL("../../src/index.ts", import.meta.url).href;

/** The hand of the page under its name there. */
const ORACLE = Object.fromEntries(
  Object.entries(GREETER).map(([path, text]) => [
    path.replace("greeter", "oracle"),
    text.replace('"greeter"', '"oracle"'),
  ]),
);

test("a hand is recorded, replayed and tested as docs/testing-a-hand.md says, and its test fails when it changes", {
  timeout: 200_000,
}, async () => {
  const project = await createCliProject(ORACLE);
  const hands = (...words: readonly string[]) => runHere(project.dir, words);
  const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ text }) => text.split("\n"));
  expect(lines).toHaveLength(6);
  let id = "";
  for (const line of lines) {
    const words = line
      .replace(/\s*#.*$/, "")
      .split(" ")
      .slice(1);
    const ran = await hands(...words.map((word) => (word === "5k2m9x7q" ? id : word)));
    expect(ran.exitCode, `${line}\n${ran.stdout}${ran.stderr}`).toBe(0);
    if (words[0] !== "run") continue;
    expect(ran.stdout).toBe("hello null\n");
    id = ((await hands("executions", "--json")).json() as { id: string }[])[0]?.id ?? "";
  }

  const recordings = join(project.dir, "hands/oracle/.recordings");
  const others = (await readdir(recordings)).filter((name) => name !== "morning.json");
  expect(others).toHaveLength(1);
  for (const name of others) await rm(join(recordings, name));
  const example = blocks.find(({ language }) => language === "ts")?.text ?? "";
  const file = join(project.dir, "example.ts");
  const here = example.replace('from "hands"', `from ${JSON.stringify(library)}`);
  await writeFile(file, here.replace("/path/to/hands/greeter", join(project.dir, "hands/oracle")));
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  expect(stdout.trim()).toBe(/\/\/ (.*)$/m.exec(example)?.[1]);

  await project.write("hands/oracle/hand.ts", 'export default async function run() { return "goodbye"; }\n');
  const tested = await hands("test", "--junit", "report.xml");
  expect(tested.exitCode).toBe(1);
  expect(tested.stdout).toContain("failed  oracle morning");
  expect(tested.stdout).toContain("  - hello null");
  expect(tested.stdout).toContain("  + goodbye");
  expect(await readFile(join(project.dir, "report.xml"), "utf8")).toContain('failures="1"');
  expect((await hands("replay", id, "--current")).exitCode).toBe(1);
  expect((await hands("test", "oracle", "--update")).exitCode).toBe(0);
  expect((await hands("test", "--json")).json()).toMatchObject({ hasPassed: true });
});

test("a difference is said as docs/testing-a-hand.md shows it", { timeout: 60_000 }, async () => {
  const shown = blocks.find(({ language }) => language === "")?.text ?? "";
  const bench = await openRecordingBench();
  const files = Object.entries(PAYER).map(([path, text]) => [path.replace("hands/payer/", ""), text]);
  bench.writeHand("payer", Object.fromEntries(files));
  await bench.run("payer");
  await bench.record((await bench.decideNext("approve")).id, "morning");
  bench.writeHand("payer", { "hand.ts": PAYER["hands/payer/hand.ts"].replace("amount: 5", "amount: 6") });
  const [tested] = await bench.test("payer");
  const stream = new PassThrough();
  const { out } = createTerminal({
    stdin: stream,
    stdout: stream,
    stderr: stream,
    environment: {},
    argv: [],
  });
  const said = formatDifferences(out, tested?.differences ?? [], "  ");
  expect(`failed  payer ${tested?.name}\n${said}`.trim()).toBe(shown);
});

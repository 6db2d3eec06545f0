import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { EXAMPLES_DIR } from "./example-bench.ts";

const MAIN = fileURLToPath(new URL("../../bin/hands.js", import.meta.url));

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const guide = await readFile(new URL("../../docs/getting-started.md", import.meta.url), "utf8");
const lines = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
  block.trim().split("\n"),
);

/** The command line in a project of its own, which has the examples where the guide has them, and the guide's variables. */
async function openProject() {
  const dir = await mkdtemp(join(tmpdir(), "hands-start-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await cp(EXAMPLES_DIR, join(dir, "examples", "hands"), { recursive: true });
  const exported = lines.flatMap((line) => {
    const [, name, value] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value] as const];
  });
  const env = { PATH: process.env["PATH"], HOME: dir, NO_COLOR: "1", ...Object.fromEntries(exported) };
  const run = (args: readonly string[]) =>
    new Promise<Ran>((resolve) => {
      execFile(process.execPath, [MAIN, ...args], { cwd: dir, env }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  return Object.assign(run, { dir });
}

/** The commands of the guide's blocks, as lists of words. */
const commands = lines
  .filter((line) => line.startsWith("npx hands "))
  .map((line) => [...line.slice("npx hands ".length).matchAll(/"([^"]*)"|(\S+)/g)])
  .map((words) => words.map(([, quoted, word = ""]) => quoted ?? word));

test("the guide's commands lead from the first run to a decided gate", { timeout: 90_000 }, async () => {
  const hands = await openProject();
  // In place of `npm start`, whose first start runs the sentinel.
  const started = await hands(["run", "sentinel"]);
  expect(started.exitCode, started.stderr).toBe(6);
  const report = await readFile(join(hands.dir, "data/workspaces/sentinel/latest-report.json"), "utf8");
  expect(JSON.parse(report).memory.totalBytes).toBe(totalmem());

  const seen: string[] = [];
  for (const words of commands) {
    const name = words.join(" ");
    const list = words.includes("execution") ? "executions" : "approvals";
    const [newest] = words.includes("ID") ? JSON.parse((await hands([list, "--json"])).stdout || "[]") : [];
    // Both answers are in the guide; the second comes too late.
    const isLate = words[0] === "reject";
    const id = isLate ? (seen.at(-1) ?? "") : (newest?.id ?? "");
    const ran = await hands(words.map((word) => (word === "ID" ? id : word)));
    expect(ran.exitCode === 0, `hands ${words.join(" ")}: ${ran.stderr}`).toBe(!isLate);
    expect(ran.exitCode, `hands ${words.join(" ")} is no command`).not.toBe(2);
    if (words[0] === "approve") seen.push(id);
    const said = ran.stdout + ran.stderr;
    switch (name) {
      case "list":
        for (const hand of ["briefing", "digest", "sentinel"]) expect(said).toContain(hand);
        break;
      case "approvals":
        expect(said).toContain("adopt_baseline");
        expect(said).toContain("memoryUsedPercent");
        break;
      case "executions":
        expect(said).toMatch(/sentinel.*approval/);
        break;
      case "run sentinel":
        expect(ran.stdout).toContain('"limitsFrom": "baseline"');
        break;
      case "executions sentinel":
        expect(said).toMatch(/sentinel.*success/);
        break;
      case "execution show ID":
        expect(said).toMatch(/system_stats[\s\S]*adopt_baseline/);
        break;
      case "execution show ID --json":
        expect(said).toContain(String(totalmem()));
        break;
    }
  }
  expect(commands.map((words) => words[0])).toEqual([
    "list",
    "executions",
    "execution",
    "execution",
    "approvals",
    "approve",
    "reject",
    "executions",
    "execution",
    "run",
  ]);
});

test("approving with edited limits works as the guide says", { timeout: 60_000 }, async () => {
  const hands = await openProject();
  await hands(["run", "sentinel"]);
  const [approval] = JSON.parse((await hands(["approvals", "--json"])).stdout);
  const refused = { ...approval.args, limits: { ...approval.args.limits, memoryUsedPercent: 180 } };
  expect((await hands(["approve", approval.id, "--args", JSON.stringify(refused)])).exitCode).not.toBe(0);
  const edited = { ...approval.args, limits: { ...approval.args.limits, memoryUsedPercent: 0.1 } };
  const approved = await hands(["approve", approval.id, "--args", JSON.stringify(edited)]);
  expect(approved.exitCode, approved.stderr).toBe(0);
  expect((await hands(["run", "sentinel"])).stdout).toContain("Not as it should be: ");
});

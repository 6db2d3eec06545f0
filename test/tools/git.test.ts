import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { createGit } from "../../src/tools/builtin/git.ts";
import { toCallableTool } from "../../src/tools/index.ts";
import { createRecordingProgram } from "../support/recording-program.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";

const git = builtinTool("git");
const gitCommit = builtinTool("git_commit");

/** A repository with one commit, and a hand that may look into it as `site`. */
async function openRepository() {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "hands-git-")));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const run = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=ann", "-c", "user.email=ann@localhost", ...args], {
      cwd: dir,
      encoding: "utf8",
    });
  run("init", "-q", "-b", "main");
  await writeFile(join(dir, "page.md"), "one\n");
  run("add", "page.md");
  run("commit", "-q", "-m", "First words");
  const refuse = () => Promise.reject(new Error("not asked for here"));
  const ports = { allowedHosts: null, repositories: { site: dir }, notify: refuse, startHand: refuse };
  const context = await createTestToolContext({ ports });
  onTestFinished(() => context[Symbol.asyncDispose]());
  return { dir, run, context };
}

describe("git", () => {
  test("shows log, status, what changed and one object", async () => {
    const { dir, context } = await openRepository();
    await writeFile(join(dir, "page.md"), "two\n");
    const look = async (args: object) => (await git.call({ repository: "site", ...args }, context)).output;
    expect(await look({ command: "log" })).toMatch(/ann[\s\S]*First words[\s\S]*page\.md/);
    expect(await look({ command: "status" })).toBe("## main\n M page.md\n");
    expect(await look({ command: "diff", paths: ["page.md"] })).toMatch(/-one\n\+two/);
    expect(await look({ command: "show", revision: "HEAD:page.md" })).toBe("one\n");
  });

  test("commits the files it is told to, as the hand, and says which commit", async () => {
    const { dir, run, context } = await openRepository();
    await writeFile(join(dir, "page.md"), "two\n");
    await writeFile(join(dir, "other.md"), "not asked for\n");
    const args = { repository: "site", message: "--amend is a word", paths: ["page.md"] };
    const { commit } = await gitCommit.call(args, context);
    expect(run("rev-parse", "HEAD").trim()).toBe(commit);
    expect(run("log", "-1", "--format=%an %s")).toBe("hands: tester --amend is a word\n");
    expect(run("status", "--porcelain")).toBe("?? other.md\n");
    await expect(gitCommit.call(args, context)).rejects.toMatchObject({ code: "tool_failed" });
  });

  test("starts nothing that the repository names: no hook, pager, external diff, text conversion, monitor or signature", async () => {
    const { dir, run, context } = await openRepository();
    const trap = join(dir, "trap.sh");
    const mark = join(dir, "sprung");
    await writeFile(trap, `#!/bin/sh\ntouch ${mark}\nexit 0\n`, { mode: 0o755 });
    for (const hook of ["pre-commit", "post-commit", "commit-msg"]) {
      await writeFile(join(dir, ".git", "hooks", hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    }
    await writeFile(join(dir, ".gitattributes"), "*.md diff=trap\n");
    await appendFile(
      join(dir, ".git", "config"),
      `[core]\n\tpager = ${trap}\n\tfsmonitor = ${trap}\n\teditor = ${trap}\n[diff]\n\texternal = ${trap}\n[diff "trap"]\n\ttextconv = ${trap}\n\tcommand = ${trap}\n[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${trap}\n[commit]\n\tgpgSign = true\n`,
    );
    await writeFile(join(dir, "page.md"), "two\n");
    for (const command of ["log", "status", "diff", "show"]) {
      await git.call({ repository: "site", command }, context);
    }
    await gitCommit.call({ repository: "site", message: "Second", paths: ["page.md"] }, context);
    expect(existsSync(mark)).toBe(false);
    // The traps are real: without those bounds one of them is sprung.
    run("diff", "HEAD~1");
    expect(existsSync(mark)).toBe(true);
  });

  test("is started with nothing of this program's environment but the way to its programs", async () => {
    const { context } = await openRepository();
    const { searchPath, readRuns } = createRecordingProgram("git");
    const environment = { PATH: searchPath, API_KEY: "hush", GIT_CONFIG_COUNT: "1", HOME: "/home/someone" };
    const tool = toCallableTool(createGit({ environment, clock: systemClock }), {
      origin: "builtin",
      codeVersion: "1",
    });
    const parsed = await tool.parse({ repository: "site", command: "log" });
    if (!parsed.ok) throw new Error(parsed.message);
    await tool.execute(parsed.args, context);
    const runs = readRuns();
    expect(runs.length).toBeGreaterThan(0);
    for (const { environment: given } of runs) {
      expect(given).toMatchObject({
        PATH: searchPath,
        HOME: "/nonexistent",
        HANDS_EXECUTION: context.executionId,
      });
      expect(
        Object.keys(given).filter((name) => !/^(GIT_|PATH$|LANG$|HOME$|HANDS_EXECUTION$)/.test(name)),
      ).toEqual([]);
      expect(given).not.toHaveProperty("GIT_CONFIG_COUNT");
    }
  });

  test("works only with what the manifest lists, and takes no option for a revision or a path", async () => {
    const { dir, context } = await openRepository();
    for (const repository of [dir, "other", "..", "constructor"]) {
      await expect(git.call({ repository, command: "log" }, context)).rejects.toMatchObject({
        code: "denied",
      });
    }
    for (const revision of ["--output=/tmp/x", "-p", "HEAD --all"]) {
      expect(await git.tool.parse({ repository: "site", command: "log", revision })).toMatchObject({
        ok: false,
      });
    }
    const target = join(dir, "written");
    const paths = [`--output=${target}`];
    await git.call({ repository: "site", command: "log", paths }, context);
    expect(existsSync(target)).toBe(false);
  });
});

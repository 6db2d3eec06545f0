import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openExample } from "./example-bench.ts";

/** The reporter over folders of its project. */
async function openReporter(...repositories: readonly string[]) {
  const list = `repositories = ${JSON.stringify(repositories)}`;
  const bench = await openExample("repository-reporter", {
    changes: [
      ["enabled = false", "enabled = true"],
      ['repositories = ["."]', list],
      ['repositories = ["."]', list],
      ["list = 10", "list = 2"],
    ],
  });
  return {
    bench,
    /** Runs git there; the folder is made where it is missing. */
    git(repository: string, ...args: readonly string[]) {
      const cwd = join(bench.dir, repository);
      mkdirSync(cwd, { recursive: true });
      const identity = ["-c", "user.name=Ann *Lee*", "-c", "user.email=ann@example.com"];
      execFileSync("git", [...identity, ...args], { cwd, stdio: "pipe" });
    },
    write: (path: string, text: string) => writeFileSync(join(bench.dir, path), text),
  };
}

type Reporter = Awaited<ReturnType<typeof openReporter>>;

function commit({ git, write }: Reporter, repository: string, message: string, date?: string) {
  write(join(repository, "notes.md"), message);
  git(repository, "add", ".");
  git(repository, "commit", "-q", "-m", message, ...(date === undefined ? [] : [`--date=${date}`]));
}

test("new commits are reported once, with their authors and files, and unfinished work as long as it is there", async () => {
  const reporter = await openReporter("site");
  const { bench, git, write } = reporter;
  git("site", "init", "-q", "-b", "main");
  commit(reporter, "site", "Long ago", "2001-01-01T00:00:00Z");
  for (const message of ["First", "Second", "Third [link](https://evil.example)"]) {
    commit(reporter, "site", message);
  }
  const first = await bench.run("repository-reporter");
  expect(first).toMatchObject({ outcome: "success", error: null });
  expect(first.output).toContain("## site, main\n\nWorking copy: nothing uncommitted.");
  expect(first.output).toContain("**3 new commits**, by Ann \\*Lee\\* (3).");
  expect(first.output).toContain("Third \\[link\\](https://evil.example)");
  expect(first.output).toContain("- and 1 more");
  expect(first.output).toContain("- `notes.md` (3)");
  expect(first.output).not.toContain("Long ago");
  expect((await bench.run("repository-reporter")).output).toBe("");

  write("site/draft.md", "draft");
  const third = await bench.run("repository-reporter");
  expect(third.output).toContain("**1 files not committed**");
  expect(third.output).toContain("No new commits.");

  git("site", "commit", "-q", "--amend", "-m", "Third, anew");
  git("site", "reflog", "expire", "--expire=now", "--all");
  git("site", "gc", "-q", "--prune=now");
  const rewritten = await bench.run("repository-reporter");
  expect(rewritten.output).toContain("Third, anew");
});

test("a repository that is not there, or empty, is reported beside the others; alone it fails the run", async () => {
  const reporter = await openReporter("site", "missing", "empty");
  reporter.git("site", "init", "-q", "-b", "main");
  reporter.git("empty", "init", "-q", "-b", "main");
  commit(reporter, "site", "First");
  const { outcome, output } = await reporter.bench.run("repository-reporter");
  expect(outcome).toBe("success");
  expect(output).toContain("1 new commits");
  expect(output).toMatch(/## missing\n\nIt could not be read: the repository "missing" is not there/);
  expect(output).toMatch(/## empty\n\nIt could not be read: .*does not have any commits yet/);

  const alone = await openReporter("missing");
  expect(await alone.bench.run("repository-reporter")).toMatchObject({
    outcome: "failure",
    error: expect.stringMatching(/^No repository could be read\. missing: /),
  });
});

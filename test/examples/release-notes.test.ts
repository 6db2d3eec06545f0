import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ScriptedReply } from "../../src/models/index.ts";
import { openExample } from "./example-bench.ts";
import { keepRecording } from "./keep-recording.ts";

const NOTES = `# this project

Exports keep the order of your columns.

## You have to act

- The option \`--flat\` is gone; use \`--depth 1\` in its place (2222222).

## Better

- An export keeps the columns in the order in which you arranged them (1111111).`;

async function openNotes(replies: readonly ScriptedReply[]) {
  return await openExample("release-notes", {
    replies,
    changes: [
      ["enabled = false", "enabled = true"],
      ['repositories = ["."]', 'repositories = ["site"]'],
      ['repository = "."', 'repository = "site"'],
    ],
  });
}

/** A repository with two commits. */
function createRepository(dir: string): void {
  mkdirSync(dir);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=Author", "-c", "user.email=author@example.com", ...args], {
      cwd: dir,
      stdio: "pipe",
    });
  git("init", "-q", "-b", "main");
  for (const message of ["Keep the order of columns", "Remove --flat"]) {
    writeFileSync(join(dir, "export.txt"), message);
    git("add", ".");
    git("commit", "-q", "-m", message);
  }
}

test("it reads the log, looks into a commit, remembers the newest, and answers with the notes", async () => {
  const bench = await openNotes([
    { toolCalls: [{ name: "memory_get", args: { key: "last_commit" } }] },
    { toolCalls: [{ name: "git", args: { repository: "site", command: "log" } }] },
    { toolCalls: [{ name: "git", args: { repository: "site", command: "show", revision: "HEAD" } }] },
    { toolCalls: [{ name: "memory_set", args: { key: "last_commit", value: "2222222" } }] },
    { text: NOTES },
  ]);
  createRepository(join(bench.dir, "site"));
  const ended = await bench.run("release-notes");
  expect(ended).toMatchObject({ outcome: "success", output: NOTES });
  const shown = bench.model.requests.map(({ messages }) => JSON.stringify(messages.at(-1)));
  expect(shown[2]).toContain("Keep the order of columns");
  expect(shown[3]).toContain("+Remove --flat");
  expect(bench.model.requests[0]?.system).toContain("# The form of the notes");
  expect(await bench.approvals()).toEqual([]);
  await keepRecording(bench, ended.id, "two-commits");
});

test("with no repository the model is told so, and its sentence is the output", async () => {
  const text = "There are no notes: git says that this is no repository.";
  const bench = await openNotes([
    { toolCalls: [{ name: "git", args: { repository: "site", command: "log" } }] },
    { text },
  ]);
  expect(await bench.run("release-notes")).toMatchObject({ outcome: "success", output: text });
  expect(JSON.stringify(bench.model.requests[1]?.messages.at(-1))).toContain("is not there");
  const [step] = (await bench.steps((await bench.executions())[0]?.id ?? "")).filter(
    ({ name }) => name === "git",
  );
  expect(step).toMatchObject({ status: "failed" });
});

test("notes for which nothing was looked up are sent back once, then the run fails", async () => {
  const bench = await openNotes([{ text: NOTES }, { text: NOTES }]);
  expect(await bench.run("release-notes")).toMatchObject({ outcome: "failure" });
  expect(bench.model.requests).toHaveLength(2);
});

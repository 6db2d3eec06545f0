import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ExampleOptions } from "./example-bench.ts";
import { openExample } from "./example-bench.ts";

/** An inbox in which files have lain for an hour. */
async function openInbox(files: Readonly<Record<string, string>>, options: ExampleOptions = {}) {
  const bench = await openExample("folder-inbox", options);
  const workspace = join(bench.dir, "data", "workspaces", "folder-inbox");
  const drop = async (name: string, content: string, minutesAgo = 60) => {
    const path = join(workspace, "inbox", name);
    await mkdir(join(workspace, "inbox"), { recursive: true });
    await writeFile(path, content);
    const at = new Date(bench.store.nowMs() - minutesAgo * 60_000);
    await utimes(path, at, at);
  };
  for (const [name, content] of Object.entries(files)) await drop(name, content);
  return {
    bench,
    drop,
    workspace,
    list: async (folder: string) => (await readdir(join(workspace, folder)).catch(() => [])).sort(),
  };
}

const FILES = { "bill.PDF": "bill", "cat.jpg": "cat", "odd.xyz": "odd" };

test("an empty inbox is made, and nothing is asked or reported", async () => {
  const { bench, workspace } = await openInbox({});
  expect(await bench.run("folder-inbox")).toMatchObject({ outcome: "success", output: "" });
  expect(await readdir(workspace)).toEqual(["inbox"]);
  expect(await bench.approvals()).toEqual([]);
});

test("it moves nothing before the moves are approved, and then just these", async () => {
  const { bench, drop, list } = await openInbox(FILES);
  await drop("still-written.txt", "half", 0);
  expect(await bench.run("folder-inbox")).toMatchObject({ outcome: "approval_pending" });
  const [approval] = await bench.approvals("pending");
  expect(JSON.parse(approval?.args_json ?? "")).toEqual({
    inbox: "inbox",
    moves: [
      { file: "bill.PDF", folder: "documents" },
      { file: "cat.jpg", folder: "pictures" },
    ],
  });
  expect(await list("sorted")).toEqual([]);
  const ended = await bench.decideNext("approve");
  expect(ended).toMatchObject({ outcome: "success" });
  expect(ended.output).toBe(
    "# Sorted 2 files\n\n- `bill.PDF` is now in `documents`\n- `cat.jpg` is now in `pictures`",
  );
  expect(await list("inbox")).toEqual(["odd.xyz", "still-written.txt"]);
  expect([await list("sorted/documents"), await list("sorted/pictures")]).toEqual([
    ["bill.PDF"],
    ["cat.jpg"],
  ]);
});

test("a no is remembered for these files, until one of them changes", async () => {
  const { bench, drop, list } = await openInbox(FILES);
  await bench.run("folder-inbox");
  const ended = await bench.decideNext("reject", "I sort these myself");
  expect(ended).toMatchObject({ outcome: "success" });
  expect(ended.output).toMatch(/^Nothing was moved: .*I sort these myself/);
  expect(await list("inbox")).toEqual(Object.keys(FILES));
  expect(await bench.run("folder-inbox")).toMatchObject({ outcome: "success", output: "" });
  await drop("cat.jpg", "another cat");
  expect(await bench.run("folder-inbox")).toMatchObject({ outcome: "approval_pending" });
  const [approval] = await bench.approvals("pending");
  expect(JSON.parse(approval?.args_json ?? "").moves).toEqual([{ file: "cat.jpg", folder: "pictures" }]);
});

test("edited moves are what happens, and what the approver took out is not asked about again", async () => {
  const { bench, list } = await openInbox(FILES);
  await bench.run("folder-inbox");
  const [approval] = await bench.approvals("pending");
  const id = approval?.id ?? "";
  const moves = [{ file: "cat.jpg", folder: "family" }];
  await bench.approve(id, { decision: { kind: "approve", args: { inbox: "inbox", moves } } });
  await bench.runner.continueAfterApproval(id);
  expect(await list("sorted")).toEqual(["family"]);
  expect(await list("inbox")).toEqual(["bill.PDF", "odd.xyz"]);
  expect((await bench.run("folder-inbox")).output).toBe("");
});

test("an edit that leads out of the sorted place, or to another inbox, is refused", async () => {
  const { bench } = await openInbox({ "cat.jpg": "cat" });
  await bench.run("folder-inbox");
  const [approval] = await bench.approvals("pending");
  const args = { inbox: "inbox", moves: [{ file: "cat.jpg", folder: "../../elsewhere" }] };
  await expect(
    bench.approve(approval?.id ?? "", { decision: { kind: "approve", args } }),
  ).rejects.toMatchObject({ code: "tool_arguments" });
});

test("a file that changes before the approval is asked about again, and none is overwritten", async () => {
  const { bench, drop, list, workspace } = await openInbox({ "cat.jpg": "cat" });
  await mkdir(join(workspace, "sorted/pictures"), { recursive: true });
  await writeFile(join(workspace, "sorted/pictures/cat.jpg"), "the first cat");
  await bench.run("folder-inbox");
  await drop("cat.jpg", "another cat", 30);
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "approval_pending" });
  const ended = await bench.decideNext("approve");
  expect(ended.output).toContain("- `cat.jpg` stays: a file of this name is already in `pictures`");
  expect(await readFile(join(workspace, "sorted/pictures/cat.jpg"), "utf8")).toBe("the first cat");
  expect(await list("inbox")).toEqual(["cat.jpg"]);
});

test("an inbox elsewhere that is not there fails the run, and is not made", async () => {
  const { bench } = await openInbox({}, { changes: [['inbox = "inbox"', 'inbox = "/no/such/inbox"']] });
  expect(await bench.run("folder-inbox")).toMatchObject({
    outcome: "failure",
    error: expect.stringContaining("/no/such/inbox"),
  });
});

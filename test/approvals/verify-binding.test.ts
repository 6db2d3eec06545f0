import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { decideCall, hashBoundFiles, verifyBinding } from "../../src/approvals/index.ts";
import { hashJson, silentLogger, systemClock } from "../../src/core/index.ts";
import { openStore } from "../../src/store/index.ts";
import { approval, ask, decide, rejection } from "./approval-fixture.ts";
import { makeGate, makeQuestion } from "./gate-fixture.ts";

const open = () => openStore({ db: ":memory:", clock: systemClock, logger: silentLogger });
const file = { path: "/w/deploy.sh", sha256: "a" };

async function approve(change: Parameters<typeof ask>[1] = {}) {
  const store = await open();
  const result = await decide(store, approval((await ask(store, { files: [file], ...change })).id));
  await store.close();
  return result.approval;
}

const facts = {
  argsHash: hashJson({ to: "alice", amount: 250 }),
  files: [file],
  versionHash: "v1",
  toolVersion: "t1",
};

test("what is as it was approved may happen", async () => {
  expect(verifyBinding(await approve(), facts)).toEqual({ ok: true });
});

test.each([
  ["other arguments", { argsHash: hashJson({ to: "mallory", amount: 250 }) }, ["args"], []],
  ["no arguments", { argsHash: null }, ["args"], []],
  ["a changed file", { files: [{ ...file, sha256: "b" }] }, ["files"], [file.path]],
  ["a removed file", { files: [{ ...file, sha256: null }] }, ["files"], [file.path]],
  ["a file that is named no more", { files: [] }, ["files"], [file.path]],
  ["one file more", { files: [file, { path: "/w/x", sha256: "x" }] }, ["files"], ["/w/x"]],
  ["another version of the hand", { versionHash: "v2" }, ["hand_version"], []],
  ["another version of the tool", { toolVersion: "t2" }, ["tool_version"], []],
  [
    "everything",
    { argsHash: "x", files: [], versionHash: null, toolVersion: null },
    ["args", "files", "hand_version", "tool_version"],
    [file.path],
  ],
])("%s must not", async (_name, change, differs, files) => {
  expect(verifyBinding(await approve(), { ...facts, ...change })).toEqual({ ok: false, differs, files });
});

test("a file that was missing when it was approved must not be there now", async () => {
  const row = await approve({ files: [{ ...file, sha256: null }] });
  expect(verifyBinding(row, facts)).toMatchObject({ ok: false, differs: ["files"] });
});

test("a request that is pending or was rejected grants nothing", async () => {
  const store = await open();
  const row = await ask(store, { files: [file] });
  expect(verifyBinding(row, facts)).toMatchObject({ ok: false, differs: ["status"] });
  const { approval: rejected } = await decide(store, rejection(row.id));
  expect(verifyBinding(rejected, facts)).toMatchObject({ ok: false, differs: ["status"] });
  await store.close();
});

test("arguments that were changed in the row under an old hash are noticed", async () => {
  const row = { ...(await approve()), args_json: '{"amount":9999,"to":"alice"}' };
  expect(verifyBinding(row, facts)).toMatchObject({ ok: false, differs: ["args"] });
});

test("a gate that did not ask then, or a rule that forbids it now, is noticed", async () => {
  const row = await approve();
  const judge = (keys: readonly string[], deny: readonly string[] = []) => {
    const gates = keys.map((key) => makeGate({ key, tools: ["pay_*"] }));
    return decideCall(makeQuestion({ gates, operator: { deny } }));
  };
  expect(verifyBinding(row, { ...facts, decision: judge(["pay"]) })).toEqual({ ok: true });
  expect(verifyBinding(row, { ...facts, decision: judge(["pay", "new"]) })).toMatchObject({
    differs: ["gates"],
  });
  expect(verifyBinding(row, { ...facts, decision: judge(["pay"], ["pay_*"]) })).toMatchObject({
    differs: ["policy"],
  });
  const automatic = { ...row, status: "auto_approved" as const };
  expect(verifyBinding(automatic, { ...facts, decision: judge(["pay"]) })).toMatchObject({
    differs: ["gates"],
  });
});

test("a script that was edited after its approval is noticed", async () => {
  const root = mkdtempSync(path.join(tmpdir(), "hands-binding-"));
  writeFileSync(path.join(root, "deploy.sh"), "echo safe");
  const row = await approve({ files: await hashBoundFiles(["deploy.sh"], { root }) });
  const check = async () =>
    verifyBinding(row, { ...facts, files: await hashBoundFiles(["deploy.sh"], { root }) }).ok;
  expect(await check()).toBe(true);
  writeFileSync(path.join(root, "deploy.sh"), "echo evil");
  expect(await check()).toBe(false);
  rmSync(root, { recursive: true });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runHere } from "./run-here.ts";
import { GREETER } from "./sample-hands.ts";

function createProject() {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-restore-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(GREETER)) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  return { database: path.join(dir, "data", "hands.db"), hands: (...argv: string[]) => runHere(dir, argv) };
}

test("a damaged database is told and not served; restored from a backup it starts paused, and the damaged one is kept", async () => {
  const { database, hands } = createProject();
  expect((await hands("run", "greeter")).exitCode).toBe(0);
  expect((await hands("backup", "copy.db")).exitCode).toBe(0);
  writeFileSync(database, readFileSync(database).fill(0xaa, 4096 * 10));
  for (const command of [["up"], ["run", "greeter"], ["doctor", "--offline"]]) {
    const told = await hands(...command);
    expect(told.exitCode, command[0]).toBe(1);
    expect(told.stdout + told.stderr, command[0]).toMatch(/is damaged[\s\S]*hands restore BACKUP --replace/);
  }
  expect(await hands("restore", "copy.db")).toMatchObject({ exitCode: 2, stdout: "" });
  const restored = await hands("restore", "copy.db", "--replace", "--json");
  expect(restored.json()).toEqual({ path: database, replaced: `${database}.replaced` });
  expect(restored.stderr).toContain("hands resume --all");
  expect((await hands("executions", "--json")).json()).toHaveLength(1);
  expect((await hands("run", "greeter")).stderr).toContain("restored from a backup");
  expect((await hands("list", "--json")).json()).toMatchObject([{ status: "paused" }]);
  expect((await hands("resume", "--all")).exitCode).toBe(0);
});

test("what is no backup, or is not there, is refused", async () => {
  const { hands } = createProject();
  expect((await hands("restore", "copy.db", "--json")).json()).toMatchObject({
    error: { code: "invalid_argument" },
  });
  const mistaken = await hands("restore", "hands/greeter/HAND.toml");
  expect([mistaken.exitCode, mistaken.stdout]).toEqual([1, ""]);
  expect(mistaken.stderr).toContain("is not a database");
  expect((await hands("restore", "copy.db", "--db", "postgres://localhost/hands")).exitCode).toBe(2);
});

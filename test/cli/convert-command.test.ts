import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FIXTURES } from "../manifest/dialects/packages.ts";
import { createCliProject } from "./cli-project.ts";

test("convert reports every key, writes elsewhere, writes in place only with --force, and changes nothing a second time", async () => {
  const project = await createCliProject();
  await cp(join(FIXTURES, "openfang/clip-maker"), join(project.dir, "hands/clip-maker"), { recursive: true });

  const dry = await project.hands(["convert", "hands/clip-maker", "--dry-run"]);
  expect(dry.exitCode, dry.stderr).toBe(0);
  expect(dry.stdout).toMatch(/^clip-maker {2}openfang: \d+ mapped, \d+ filled in, 3 lost\n/);
  expect(dry.stdout).toContain(
    "mapped    tools[3] -> tools.optional[3]: `shell_exec` is called `shell` here",
  );
  expect(dry.stdout).toContain("lost      agent.module: nothing here reads it");
  expect(dry.stderr).toContain("Nothing was written.");

  const elsewhere = await project.hands([
    "convert",
    "hands/clip-maker",
    "--to",
    "native",
    "--out",
    "out/clip",
    "--json",
  ]);
  const report: { written: readonly string[] } = elsewhere.json();
  expect(report).toMatchObject({ name: "clip-maker", dialect: "openfang", missing: [] });
  expect(report.written).toEqual(["HAND.toml", "SYSTEM.md", "skills/reference-knowledge.md"]);
  const again = await project.hands(["convert", "hands/clip-maker", "--out", "out/clip"]);
  expect(again.stderr).toContain("nothing changed");

  const refused = await project.hands(["convert", "hands/clip-maker"]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("--force");
  const forced = await project.hands(["convert", "hands/clip-maker", "--force"]);
  expect(forced.exitCode, forced.stderr).toBe(0);
  expect(await readdir(join(project.dir, "hands/clip-maker"))).toEqual([
    "HAND.openfang.toml",
    "HAND.toml",
    "SKILL.md",
    "SYSTEM.md",
    "skills",
  ]);
  expect(await project.read("hands/clip-maker/HAND.toml")).toBe(await project.read("out/clip/HAND.toml"));
  const native = await project.hands(["convert", "hands/clip-maker"]);
  expect([native.exitCode, native.stderr]).toEqual([0, expect.stringContaining("is native already")]);

  const doctor = await project.hands(["doctor", "--json"], { env: { PATH: "/nowhere" } });
  const { checks } = doctor.json() as {
    checks: readonly { name: string; status: string; message: string; hint: string }[];
  };
  expect(checks.find(({ name }) => name === "requirements")).toMatchObject({
    status: "failed",
    message: expect.stringContaining("the program `ffmpeg` on PATH"),
    hint: expect.stringContaining("brew install ffmpeg"),
  });
});

test("convert writes what a person has to finish as a hand that is held, and ends with 2", async () => {
  const project = await createCliProject();
  await cp(join(FIXTURES, "cawl/fenced"), join(project.dir, "fenced"), { recursive: true });
  const ran = await project.hands(["convert", "fenced", "--out", "hands/fenced"]);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toContain("forbidden_domains");
  expect(await project.read("hands/fenced/HAND.toml")).toContain("enabled = false");
});

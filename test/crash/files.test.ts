import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { readHandSnapshot } from "../../src/manifest/hand-snapshot.ts";
import { createHuman } from "./check-kill.ts";
import type { CaseRecord } from "./check-record.ts";
import { checkSuccess } from "./check-record.ts";
import type { CrashCase } from "./crash-case.ts";
import { HAND, REPORT_HAND } from "./hand-folders.ts";
import { Survivors, surviveEvery } from "./survive.ts";

const survivors = new Survivors();
afterAll(() => survivors[Symbol.asyncDispose]());

/** The version is there whole, under its hash, with nothing beside it. */
async function checkFiles(universe: CrashCase): Promise<CaseRecord> {
  const record = await checkSuccess(universe);
  const hash = record.execution.version_hash ?? "";
  const { dir } = universe.place;
  const versions = path.join(dir, "data", "versions");
  expect(readdirSync(versions)).toEqual([hash]);
  const kept = await readHandSnapshot(path.join(versions, hash));
  const original = await readHandSnapshot(path.join(dir, "hands", HAND));
  expect(kept).toEqual(original);
  expect(kept.hash).toBe(hash);
  return record;
}

test("kill -9 around each change of a file leaves a whole version of the hand and one whole output", async () => {
  const survivals = await surviveEvery("file", REPORT_HAND, createHuman("skip"), survivors, checkFiles);
  const places = survivals.map(({ killedAt }) => killedAt?.replace(/ .*\//, " ") ?? "");
  expect(places.filter((place) => place.startsWith("writeFile")).length).toBeGreaterThanOrEqual(3);
  // The version, then the output.
  expect(places.filter((place) => place.startsWith("rename")).length).toBeGreaterThanOrEqual(2);
  const attempts = survivals.map(({ record }) => record.deliveries[0]?.attempts);
  expect(attempts).toContain(2);
}, 240_000);

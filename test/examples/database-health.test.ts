import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { addSample, calculateGrowth, formatBytes } from "../../examples/hands/database-health/assess.ts";
import { openExample } from "./example-bench.ts";

const parameters = { slow_ms: 60_000, compact_percent: 30, compact_bytes: 10_000, history_days: 30 };

/** A database of which nearly everything was deleted. */
function createWasteful(file: string): void {
  using database = new DatabaseSync(file);
  database.exec("CREATE TABLE logs (text TEXT)");
  const insert = database.prepare("INSERT INTO logs VALUES (?)");
  for (let row = 0; row < 50; row += 1) insert.run("x".repeat(4000));
  database.exec("DELETE FROM logs WHERE rowid > 1");
}

async function openWasteful() {
  const bench = await openExample("database-health");
  const file = join(bench.dir, "app.db");
  createWasteful(file);
  const sizeBytes = statSync(file).size;
  const run = () => bench.run("database-health", { parameters: { ...parameters, files: [file] } });
  return { bench, file, sizeBytes, run };
}

test("as it is packaged it reports the program's own database, and asks nothing", async () => {
  const bench = await openExample("database-health", { changes: [["slow_ms = 250", "slow_ms = 60000"]] });
  const ended = await bench.run("database-health");
  expect(ended).toMatchObject({ outcome: "success" });
  expect(ended.output).toMatch(
    /^# All 1 databases are well\n\n- ✓ \*\*hands \(sqlite\)\*\*: [\d.]+ [kM]B, growth not known yet$/,
  );
  expect(await bench.approvals()).toEqual([]);
  const total = bench.store.db
    .selectFrom("hand_memory")
    .select("value_json")
    .where("key", "=", "total_bytes");
  expect(Number((await total.executeTakeFirstOrThrow()).value_json)).toBeGreaterThan(1000);
});

test("a database that is mostly empty is compacted when that is approved", async () => {
  const { bench, file, sizeBytes, run } = await openWasteful();
  expect(await run()).toMatchObject({ outcome: "approval_pending" });
  const [approval] = await bench.approvals("pending");
  expect(JSON.parse(approval?.args_json ?? "")).toEqual({ file, emptyBytes: expect.any(Number) });
  expect(statSync(file).size).toBe(sizeBytes);
  const ended = await bench.decideNext("approve");
  expect(ended.output).toMatch(/Compacted .*app\.db: \d+ kB freed\.$/);
  expect(statSync(file).size).toBeLessThan(sizeBytes / 4);
  expect(await run()).toMatchObject({ outcome: "success" });
});

test("a no is in the report, and the database stays as it is", async () => {
  const { bench, file, sizeBytes, run } = await openWasteful();
  await run();
  const ended = await bench.decideNext("reject", "after the release");
  expect(ended).toMatchObject({ outcome: "success" });
  expect(ended.output).toMatch(/Not compacted: .*app\.db\. .*after the release/);
  expect(statSync(file).size).toBe(sizeBytes);
});

test("a file that is missing or no database is reported, and never made or offered", async () => {
  const bench = await openExample("database-health");
  const [missing, broken] = [join(bench.dir, "missing.db"), join(bench.dir, "broken.db")];
  writeFileSync(broken, "this is no database, it only sounds like one".repeat(100));
  const ended = await bench.run("database-health", {
    parameters: { ...parameters, files: [missing, broken] },
  });
  expect(ended).toMatchObject({ outcome: "success" });
  expect(ended.output).toContain(`# Look at ${missing}, ${broken}`);
  expect(ended.output).toContain(`- ✗ **${missing}**: unable to open database file`);
  expect(ended.output).toContain(`- ✗ **${broken}**: file is not a database`);
  expect(() => statSync(missing)).toThrow("ENOENT");
});

test("growth is told from the oldest size that is kept to the newest", () => {
  const at = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString();
  const first = addSample([], { at: at(1), sizeBytes: 1000 }, 30);
  expect(calculateGrowth(first)).toBeNull();
  const second = addSample(first, { at: at(11), sizeBytes: 6000 }, 30);
  expect(calculateGrowth(second)).toBe(500);
  expect(addSample(second, { at: at(35), sizeBytes: 1 }, 30)).toHaveLength(2);
  expect([999, 1500, 2_340_000].map(formatBytes)).toEqual(["999 bytes", "1.5 kB", "2.34 MB"]);
});

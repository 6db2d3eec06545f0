import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { openStore, verifyEventChain } from "../../src/store/index.ts";
import { fillStore } from "../support/filled-store.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";
import { createCliProject } from "./cli-project.ts";
import { killUnderWay } from "./kill-migration.ts";

const EXECUTIONS = 1_000_000;
const EVENTS = 100_000;

test("a million executions are moved to Postgres, killed three times on the way", {
  timeout: 3_600_000,
}, async () => {
  const project = await createCliProject({ "hands.toml": "" });
  const path = join(project.dir, "data", "hands.db");
  const options = { clock: systemClock, logger: silentLogger };
  const source = await openStore({ db: path, ...options });
  await fillStore(source, { executions: EXECUTIONS, events: EVENTS });
  await source.close();
  const database = await createTestDatabase(await getPostgresUrl());
  onTestFinished(() => database.drop());
  const target = await openStore({ db: database.url, ...options });
  onTestFinished(() => target.close());
  const args = ["migrate", "--from", path, "--to", database.url, "--json"];
  const startedMs = performance.now();
  for (let kill = 0; kill < 3; kill += 1) await killUnderWay(project, args, target, EXECUTIONS / 2);
  const ran = await project.hands(args);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  expect(ran.stderr).toContain("both sides are equal");
  const { tables } = ran.json() as { tables: readonly { table: string; rows: number }[] };
  for (const table of ["hand_executions", "execution_steps", "deliveries"]) {
    expect(tables.find((moved) => moved.table === table)?.rows).toBe(EXECUTIONS);
  }
  expect(await verifyEventChain(target)).toMatchObject({ isIntact: true, eventCount: EVENTS });
  const gigabytes = (statSync(path).size / 1e9).toFixed(2);
  process.stdout.write(`${EXECUTIONS} executions (${gigabytes} GB of SQLite): ${seconds} s, ${ran.stderr}\n`);
});

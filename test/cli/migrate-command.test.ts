import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { findExecution, isAllPaused, openStore, verifyEventChain } from "../../src/store/index.ts";
import { fillStore } from "../support/filled-store.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";
import { createCliProject } from "./cli-project.ts";
import { killUnderWay } from "./kill-migration.ts";
import { GREETER, PAYER } from "./sample-hands.ts";

const TIMEOUT_MS = 120_000;

async function open(db: string, readOnly = false): Promise<Store> {
  const store = await openStore({ db, clock: systemClock, logger: silentLogger, readOnly });
  onTestFinished(() => store.close());
  return store;
}

async function createDatabase(): Promise<string> {
  const database = await createTestDatabase(await getPostgresUrl());
  onTestFinished(() => database.drop());
  return database.url;
}

describe("hands migrate", () => {
  test("killed three times, it still ends with both sides equal, paused there and locked here", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const project = await createCliProject(GREETER);
    const path = join(project.dir, "data", "hands.db");
    const source = await openStore({ db: path, clock: systemClock, logger: silentLogger });
    await fillStore(source, { executions: 3_000, events: 900 });
    await source.close();
    const url = await createDatabase();
    const target = await open(url);
    const args = ["migrate", "--from", "sqlite:data/hands.db", "--to", url];
    const copied = [];
    for (let kill = 0; kill < 3; kill += 1) copied.push(await killUnderWay(project, args, target));
    expect(copied).toEqual([...copied].sort((a, b) => a - b));
    expect(copied.at(-1)).toBeLessThan(9_000);

    const refused = await project.hands(["run", "greeter"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("is being moved to Postgres");

    const ran = await project.hands([...args, "--json"]);
    expect(ran.stderr).toContain("both sides are equal");
    expect(ran.exitCode).toBe(0);
    const { tables } = ran.json() as { tables: readonly { table: string; rows: number }[] };
    expect(tables.find(({ table }) => table === "hand_executions")?.rows).toBe(3_000);
    expect(tables.find(({ table }) => table === "execution_steps")?.rows).toBe(3_000);
    expect(await verifyEventChain(target)).toMatchObject({ isIntact: true, eventCount: 900 });
    expect(await isAllPaused(target)).toBe(true);

    for (const command of [["up"], ["pause", "--all"]]) {
      const late = await project.hands(command);
      expect(late.stderr, command.join(" ")).toContain("moved to Postgres");
      expect(late.exitCode).toBe(1);
    }
  });

  test("it goes back from Postgres to a file, and --abort towards a file that is not there makes none", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const project = await createCliProject(GREETER);
    const url = await createDatabase();
    const source = await openStore({ db: url, clock: systemClock, logger: silentLogger });
    await fillStore(source, { executions: 40, events: 9 });
    await source.close();
    const args = ["migrate", "--from", url, "--to", "sqlite:back/hands.db"];
    const aborted = await project.hands([...args, "--abort"]);
    expect(aborted.stderr).toContain("There is no migration");
    expect(aborted.exitCode).toBe(0);
    expect(existsSync(join(project.dir, "back"))).toBe(false);
    const moved = await project.hands([...args, "--json"]);
    expect(moved.exitCode, moved.stderr).toBe(0);
    const back = await open(join(project.dir, "back", "hands.db"), true);
    const count = await back.db
      .selectFrom("hand_executions")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    expect(count.count).toBe(40);
    expect(await verifyEventChain(back)).toMatchObject({ isIntact: true, eventCount: 9 });
    expect(await isAllPaused(back)).toBe(true);
  });

  test("what was approved and had not run yet is asked about there, and runs once it is told to", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const project = await createCliProject(PAYER);
    const waiting = (await project.hands(["run", "payer", "--json"])).json() as {
      id: string;
      approvalId: string;
    };
    await project.hands(["approve", waiting.approvalId, "--no-continue"]);
    const moved = await project.hands(["migrate", "--from", "data/hands.db", "--to", "moved/hands.db"]);
    expect(moved.stderr).toContain("1 calls were under way");
    const there = { env: { HANDS_DB: "moved/hands.db" } };
    await project.hands(["resume", "--all"], there);
    const [question] = (await project.hands(["approvals", "--json"], there)).json() as {
      id: string;
      kind: string;
    }[];
    expect(question?.kind).toBe("unknown");
    const answered = await project.hands(["answer", question?.id ?? "", "retry"], there);
    expect(answered.exitCode, answered.stderr).toBe(0);
    const store = await open(join(project.dir, "moved", "hands.db"), true);
    expect(await findExecution(store, waiting.id)).toMatchObject({ status: "ended", outcome: "success" });
  });
});

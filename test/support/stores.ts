import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { OpenStoreOptions, Store } from "../../src/store/index.ts";
import { openStore as open } from "../../src/store/index.ts";
import type { TestDatabase } from "./postgres.ts";
import { createTestDatabase } from "./postgres.ts";
import { getPostgresUrl } from "./shared.ts";

/** Opens a store on the database of the running test. Each call is one more store on the same database; all are closed after the test. */
export type OpenTestStore = (options?: Partial<Omit<OpenStoreOptions, "db">>) => Promise<Store>;

/** The database of the running test. */
export interface TestStoreDatabase {
  readonly kind: "sqlite" | "postgres";
  /** What `openStore` takes as `db`: for child processes, which open it themselves. */
  readonly address: () => string;
}

type Define = (openStore: OpenTestStore, database: TestStoreDatabase) => void;

/** The same tests over SQLite and over Postgres, each with an empty database of its own. */
export function describeEachStore(name: string, define: Define): void {
  describe(`${name} (sqlite)`, () => describeSqlite(define));
  describe(`${name} (postgres)`, () => describePostgres(define));
}

function describeSqlite(define: Define): void {
  let folder = "";
  const address = () => path.join(folder, "hands.db");
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "hands-store-"));
  });
  const openStore = createOpener(address);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  define(openStore, { kind: "sqlite", address });
}

/** A schema for each test is quicker than a database, and shows that two schemas keep out of each other's way. */
function describePostgres(define: Define): void {
  let database: TestDatabase;
  let url = "";
  beforeAll(async () => {
    database = await createTestDatabase(await getPostgresUrl());
  });
  beforeEach(async () => {
    const schema = `test_${randomBytes(6).toString("hex")}`;
    await execute(database.url, `CREATE SCHEMA ${schema}`);
    const withSchema = new URL(database.url);
    withSchema.searchParams.set("options", `-csearch_path=${schema}`);
    url = withSchema.href;
  });
  const openStore = createOpener(() => url);
  afterAll(async () => {
    await database?.drop();
  });
  define(openStore, { kind: "postgres", address: () => url });
}

function createOpener(address: () => string): OpenTestStore {
  const stores: Store[] = [];
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });
  return async (options = {}) => {
    const store = await open({ clock: systemClock, logger: silentLogger, ...options, db: address() });
    stores.push(store);
    return store;
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

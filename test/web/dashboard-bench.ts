import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import type { ModelClient, ModelProvider, ScriptedModelOptions } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import type { ProjectConfig, Runtime } from "../../src/runtime/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import type { HandsServer } from "../../src/server/index.ts";
import { createApiToken, createServer } from "../../src/server/index.ts";

import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";
import type { WorkerProcess } from "./worker-process.ts";
import { startWorkerProcess } from "./worker-process.ts";

export type HandFiles = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The dashboard as people have it: a real server with a real database and real hands, which can be stopped and started again. */
export interface DashboardBench extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly server: HandsServer;
  /** The same over all starts. */
  readonly url: string;
  /** A token that may do everything. */
  readonly token: string;
  writeHand(name: string, files: Readonly<Record<string, string>>): void;
  /** Sends JSON to the API with a token that may do everything. */
  post(address: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
  /** A new process, as far as the page can tell: the same port, the same database. */
  start(): Promise<void>;
}

export interface DashboardOptions {
  readonly hands?: HandFiles;
  readonly replies?: ScriptedModelOptions["replies"];
  readonly price?: ScriptedModelOptions["price"];
  /** In place of the scripted model. */
  readonly model?: ModelClient;
  readonly config?: Partial<ProjectConfig>;
  readonly roles?: Parameters<Runtime["start"]>[0];
  /** `postgres`: the server and the worker are two processes that share nothing but a Postgres and the project's folder. Default: `HANDS_TEST_WEB_STORE`, else `sqlite`. */
  readonly store?: "sqlite" | "postgres";
}

const webDir = path.join(import.meta.dirname, "..", "..", "web", "dist");

export async function openDashboard(options: DashboardOptions = {}): Promise<DashboardBench> {
  if (!existsSync(path.join(webDir, "index.html"))) {
    throw new Error("web/dist is not there: run `npm run build:web` first");
  }
  const dir = mkdtempSync(path.join(tmpdir(), "hands-dashboard-"));
  const handsDir = path.join(dir, "hands");
  mkdirSync(handsDir, { recursive: true });
  const isApart = (options.store ?? process.env["HANDS_TEST_WEB_STORE"]) === "postgres";
  const database = isApart ? await createTestDatabase(await getPostgresUrl()) : null;
  const config: ProjectConfig = {
    projectDir: dir,
    configPath: null,
    handsDir,
    db: database?.url ?? path.join(dir, "data", "hands.db"),
    dataDir: path.join(dir, "data"),
    server: { host: "127.0.0.1", port: 0 },
    model: { name: null, baseUrl: null, apiKey: null },
    modelPrices: {},
    policy: { deny: [], allowsAutoApprove: true, approvers: [] },
    channels: [],
    secrets: {},
    maxConcurrent: 10,
    ...options.config,
  };
  const model =
    options.model ??
    createScriptedModel({
      replies: options.replies ?? [],
      price: options.price ?? null,
      clock: systemClock,
    });
  const models: ModelProvider = createScriptedProvider(model);

  const writeHand: DashboardBench["writeHand"] = (name, files) => {
    for (const [file, content] of Object.entries(files)) {
      const target = path.join(handsDir, name, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
  };
  for (const [name, files] of Object.entries(options.hands ?? {})) writeHand(name, files);

  let port = 0;
  let running:
    | { readonly runtime: Runtime; readonly worker: WorkerProcess | null; readonly server: HandsServer }
    | undefined;
  const start = async () => {
    const roles = options.roles ?? {};
    const runtime = await createRuntime({ config, models, logger: silentLogger });
    const server = createServer({ runtime, webDir, port, operatorName: "ann", environment: {} });
    await runtime.start(isApart ? { scheduler: false, worker: false, server: true } : roles);
    const { price = null } = options;
    const worker = isApart ? await startWorkerProcess({ config, roles, model, price }) : null;
    port = (await server.start()).port;
    running = { runtime, worker, server };
  };
  const stop = async () => {
    await running?.server.stop();
    await running?.worker?.stop();
    await running?.runtime.stop();
    running = undefined;
  };
  const current = () => {
    if (running === undefined) throw new Error("the server is stopped");
    return running;
  };
  await start();
  const { secret } = await createApiToken(current().runtime.store, systemRandom, {
    name: "bob",
    scopes: ["admin"],
    expiresAt: null,
    by: "test",
  });

  return {
    get runtime() {
      return current().runtime;
    },
    get server() {
      return current().server;
    },
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    token: secret,
    writeHand,
    start,
    stop,
    async post(address, body = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${address}`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(`${address}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await database?.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

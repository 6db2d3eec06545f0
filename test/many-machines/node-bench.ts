import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Clock, Logger } from "../../src/core/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import type { ProjectConfig, Runtime } from "../../src/runtime/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import type { CallableTool } from "../../src/tools/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";

export type HandFiles = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** How the tests wait for what another node does. */
export const SOON = { timeout: 60_000, interval: 50 };

/** The machine's clock with timers that come ten times as soon: beats, sweeps and renewals by the tenth of a second. */
export const hurriedClock: Clock = {
  ...systemClock,
  setTimer: (delayMs, callback) => systemClock.setTimer(delayMs / 10, callback),
};

/** One node: a runtime with a project folder of its own, as on a machine of its own. */
export interface NodeBench {
  readonly runtime: Runtime;
  readonly dir: string;
  /** As at the end of its process. Any number of calls. */
  stop(): Promise<void>;
}

export interface NodeOptions {
  readonly hands?: HandFiles;
  readonly tools?: readonly CallableTool[];
  readonly roles?: Parameters<Runtime["start"]>[0];
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly maxConcurrent?: number;
  /** Models behind a network. Default: one that is never asked. */
  readonly model?: ProjectConfig["model"];
  /** Called with the open runtime, before it starts. */
  readonly prepare?: (runtime: Runtime) => Promise<void>;
}

/** An empty Postgres database, which goes with the test. */
export async function openDatabase(): Promise<string> {
  const database = await createTestDatabase(await getPostgresUrl());
  onTestFinished(() => database.drop());
  return database.url;
}

/** Starts a node on a database. It ends with the test. */
export async function startNode(db: string, options: NodeOptions = {}): Promise<NodeBench> {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-node-"));
  const handsDir = path.join(dir, "hands");
  mkdirSync(handsDir, { recursive: true });
  for (const [name, files] of Object.entries(options.hands ?? {})) {
    for (const [file, content] of Object.entries(files)) {
      const target = path.join(handsDir, name, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
  }
  const { clock = systemClock, logger = silentLogger } = options;
  const config: ProjectConfig = {
    projectDir: dir,
    configPath: null,
    handsDir,
    db,
    dataDir: path.join(dir, "data"),
    server: { host: "127.0.0.1", port: 0 },
    model: options.model ?? { name: null, baseUrl: null, apiKey: null },
    modelPrices: {},
    policy: { deny: [], allowsAutoApprove: true, approvers: [] },
    channels: [],
    secrets: {},
    maxConcurrent: options.maxConcurrent ?? 10,
  };
  const none = createScriptedProvider(createScriptedModel({ replies: [], price: null, clock }));
  const models = options.model === undefined ? { models: none } : {};
  const runtime = await createRuntime({ config, ...models, clock, logger, tools: options.tools ?? [] });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= runtime.stop();
    return stopping;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(dir, { recursive: true, force: true });
  });
  await options.prepare?.(runtime);
  await runtime.start(options.roles ?? {});
  return { runtime, dir, stop };
}

import path from "node:path";
import { createChannelSet } from "../../src/channels/index.ts";
import { createHandCodeHost } from "../../src/code/index.ts";
import type { Clock, Environment } from "../../src/core/index.ts";
import { createRedactor, silentLogger, systemRandom } from "../../src/core/index.ts";
import { loadHandFolder } from "../../src/manifest/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { createEmbeddedQueue } from "../../src/queue/index.ts";
import type { HandLookup } from "../../src/runner/index.ts";
import { HandRunner } from "../../src/runner/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openStore } from "../../src/store/index.ts";
import { createBuiltinTools, createMcpHost, createSandbox } from "../../src/tools/index.ts";
import { pickEnvironment } from "../support/child-environment.ts";
import { createShiftedClock } from "./shifted-clock.ts";

/** The folder of one test case, and the addresses of what the test serves it. */
export interface UniversePlace {
  readonly dir: string;
  /** Null where no hand of the case has a model. */
  readonly modelUrl: string | null;
}

/** One process's store and runner on the folder of a case. */
export interface Universe {
  readonly clock: Clock;
  readonly store: Store;
  readonly runner: HandRunner;
  /** Begins to take up work. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface UniverseOptions {
  /** Puts something around the store that the runner is given. */
  readonly wrapStore?: (store: Store) => Store;
  /** What the code of hands sees beside `PATH`. */
  readonly environment?: Environment;
}

/** The file that tells how far the wall of a case's processes runs ahead. */
export function clockFileOf(dir: string): string {
  return path.join(dir, "clock-shift-ms");
}

/** Composes a runner as the runtime does, over the file of the case. Starts nothing. */
export async function openUniverse(place: UniversePlace, options: UniverseOptions = {}): Promise<Universe> {
  const { dir, modelUrl } = place;
  const clock = createShiftedClock(clockFileOf(dir));
  const opened = await openStore({ db: path.join(dir, "data", "hands.db"), clock, logger: silentLogger });
  const store = options.wrapStore?.(opened) ?? opened;
  const environment = { ...pickEnvironment(), ...options.environment };
  const code = createHandCodeHost({ clock: createPatientClock(clock), logger: silentLogger, environment });
  const mcp = createMcpHost({
    clock,
    logger: silentLogger,
    environment,
    programVersion: "test",
    fetch: globalThis.fetch,
    redact: (text) => text,
  });
  const runner = new HandRunner({
    store,
    clock,
    logger: silentLogger,
    queue: createEmbeddedQueue(),
    hands: { lookUp: (name) => lookUp(path.join(dir, "hands"), name) },
    tools: createBuiltinTools({ programVersion: "test", clock, random: systemRandom, environment }),
    models: createModelProvider({
      settings: { name: "openai-compatible/test-model", baseUrl: modelUrl, apiKey: "no-secret" },
      environment: {},
      clock,
    }),
    code,
    mcp,
    mcpServers: {},
    channels: createChannelSet([]),
    policy: { deny: [], allowsAutoApprove: true, approvers: [] },
    redactor: createRedactor(),
    dataDir: path.join(dir, "data"),
    projectDir: dir,
    readSecrets: () => ({}),
    sandbox: createSandbox({ environment: {}, hidden: [] }),
    findMissing: () => [],
    checkDatabase: () => Promise.reject(new Error("no hand of these tests asks for the database")),
    nodeId: store.ids.next(),
    maxConcurrent: 10,
    maxInstances: 1,
    limits: { maxCostUsdPerDay: null, timezone: "UTC" },
  });
  return {
    clock,
    store,
    runner,
    start: () => runner.start(),
    async close() {
      await runner.stop();
      await code.stop();
      await mcp.stop();
      await opened.close();
    },
  };
}

/** Its timers wait ten times as long: code that loads slowly is a busy machine's matter here. */
function createPatientClock(clock: Clock): Clock {
  return { ...clock, setTimer: (delayMs, callback) => clock.setTimer(10 * delayMs, callback) };
}

async function lookUp(handsDir: string, name: string): Promise<HandLookup> {
  const { hand, diagnostics } = await loadHandFolder(path.join(handsDir, name));
  if (hand === undefined) throw new Error(`the test's hand is broken: ${JSON.stringify(diagnostics)}`);
  return { kind: "ready", hand };
}

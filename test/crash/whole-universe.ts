import path from "node:path";
import { silentLogger } from "../../src/core/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import { openStore } from "../../src/store/index.ts";
import { pickEnvironment } from "../support/child-environment.ts";
import { createShiftedClock } from "./shifted-clock.ts";
import type { Universe, UniverseOptions, UniversePlace } from "./universe.ts";
import { clockFileOf } from "./universe.ts";

/** Everything that `hands up` runs but its server: the registry, the scheduler, the sweepers and the runner. */
export async function openWholeUniverse(place: UniversePlace, options: UniverseOptions): Promise<Universe> {
  const { dir, modelUrl } = place;
  const clock = createShiftedClock(clockFileOf(dir));
  const db = path.join(dir, "data", "hands.db");
  const opened = await openStore({ db, clock, logger: silentLogger });
  const runtime = await createRuntime({
    config: {
      projectDir: dir,
      configPath: null,
      handsDir: path.join(dir, "hands"),
      db,
      dataDir: path.join(dir, "data"),
      server: { host: "127.0.0.1", port: 0 },
      model: { name: "openai-compatible/test-model", baseUrl: modelUrl, apiKey: "no-secret" },
      modelPrices: {},
      policy: { deny: [], allowsAutoApprove: true, approvers: [] },
      channels: [],
      secrets: {},
      maxConcurrent: 10,
    },
    clock,
    environment: { ...pickEnvironment(), ...options.environment },
    store: options.wrapStore?.(opened) ?? opened,
  });
  return {
    clock,
    store: runtime.store,
    runner: runtime.runner,
    start: () => runtime.start(),
    async close() {
      await runtime.stop();
      await opened.close();
    },
  };
}

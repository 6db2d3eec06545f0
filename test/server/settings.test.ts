import { expect, test } from "vitest";
import type { Settings } from "../../src/server/api-types.ts";
import { listExecutions } from "../../src/store/index.ts";
import { ECHO, openServerBench } from "./server-bench.ts";

test("the settings say how large the database is and how much it keeps", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const before = (await bench.get("/api/settings")) as Settings;
  expect(before.kept.executionCount).toBe(0);
  for (let run = 0; run < 3; run += 1) {
    const { executionId } = (await bench.post("/api/hands/echo/trigger")).json;
    await bench.rest(executionId);
  }
  const after = (await bench.get("/api/settings")) as Settings;
  expect(await listExecutions(bench.runtime.store, { limit: 10 })).toHaveLength(3);
  expect(after.kept.executionCount).toBe(3);
  expect(after.kept.eventCount).toBeGreaterThanOrEqual(before.kept.eventCount + 6);
  expect(after.database).toMatchObject({ engine: "sqlite", isHealthy: true });
  expect(after.database.sizeBytes).toBeGreaterThan(4096);
});

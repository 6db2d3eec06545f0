import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { startModelServer } from "../support/model-server.ts";
import { manifest } from "../support/simple-hands.ts";
import { openDatabase, SOON, startNode } from "./node-bench.ts";

const ASKER = {
  "HAND.toml": manifest("asker", 'schedule = { cron = "0 7 * * *", overlap = "allow" }'),
  "SYSTEM.md": "You answer.",
};
const RUNS = 12;

test("a provider's limit of requests at once holds over two processes, and both get their turn", async () => {
  const db = await openDatabase();
  let underWay = 0;
  let most = 0;
  const hasMetAnother = Promise.withResolvers<void>();
  await using server = await startModelServer(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    // The first is held until a second has come, however busy the machine is.
    if (underWay > 1) hasMetAnother.resolve();
    await Promise.race([hasMetAnother.promise, wait(10_000)]);
    await wait(20);
    underWay -= 1;
    return { text: "done" };
  });
  const model = {
    name: "openai-compatible/slow",
    baseUrl: server.baseUrl,
    apiKey: null,
    providers: {
      "openai-compatible": {
        baseUrl: server.baseUrl,
        apiKey: null,
        limits: { maxConcurrent: 2, requestsPerMinute: null, tokensPerMinute: null },
      },
    },
  };
  const options = { hands: { asker: ASKER }, model, maxConcurrent: RUNS, roles: { scheduler: false } };
  const nodes = [await startNode(db, options), await startNode(db, options)] as const;
  const [{ runtime }] = nodes;
  await Promise.all(
    Array.from({ length: RUNS }, (_, index) =>
      nodes[index % 2 === 0 ? 0 : 1].runtime.runner.trigger("asker"),
    ),
  );
  await expect
    .poll(
      async () =>
        (
          await runtime.store.db.selectFrom("hand_executions").select(["outcome", "error_code"]).execute()
        ).map(({ outcome, error_code }) => error_code ?? outcome),
      SOON,
    )
    .toEqual(Array.from({ length: RUNS }, () => "success"));
  expect(server.requests).toHaveLength(RUNS);
  expect(most).toBe(2);
  const askers = await runtime.store.db.selectFrom("model_requests").select("node_id").distinct().execute();
  expect(askers).toHaveLength(2);
}, 90_000);

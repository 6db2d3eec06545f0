import { expect, test } from "vitest";
import { openRunnerBench } from "../support/runner-bench.ts";

test("a hand that demands a sandbox is not run without one: nothing of it happens, and the record says why", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("confined", {
    "HAND.toml":
      '[hand]\nname = "confined"\ndescription = "Confined"\n[tools]\nrequired = ["memory_set", "shell"]\nunattended = ["shell"]\n[sandbox]\nenabled = true\n',
    "hand.ts":
      'export default async (hand) => { await hand.tool("memory_set", { key: "ran", value: true }); return "ran"; };',
  });
  const ended = await bench.run("confined");
  expect(ended).toMatchObject({ status: "ended", outcome: "failure", error_code: "hand_broken" });
  expect(ended.error).toContain("demands a sandbox");
  expect(await bench.steps(ended.id)).toEqual([]);
  expect(await bench.store.db.selectFrom("hand_memory").selectAll().execute()).toEqual([]);
});

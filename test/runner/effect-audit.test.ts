import { expect, test } from "vitest";
import { sha256 } from "../../src/core/index.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

test("each effect is an audited event before it begins and when it ended, by hashes; a read is none", async () => {
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({ extraTools: [pay] });
  const body = `await hand.tool("disk_check", {}); await hand.tool("pay", { n: 1 });
await hand.step("note", async () => "noted", { effect: "write" }); return "paid";`;
  const more = '[tools]\nrequired = ["pay", "disk_check"]\n[approval_gates]\npay = { description = "Pay" }\n';
  bench.writeHand("payer", scriptHand("payer", body, { more }));
  const waiting = await bench.run("payer");
  const list = async () => {
    const rows = await bench.store.db
      .selectFrom("events")
      .selectAll()
      .where("execution_id", "=", waiting.id)
      .where("is_audited", "=", 1)
      .orderBy("id")
      .execute();
    return rows.map(({ type, data_json }) => ({ type, data: JSON.parse(data_json) }));
  };
  expect((await list()).map(({ type }) => type).filter((type) => type.startsWith("effect."))).toEqual([]);
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success" });
  const events = await list();
  const effects = events.filter(({ type }) => type.startsWith("effect."));
  expect(effects.map(({ type, data }) => [type, data.name])).toEqual([
    ["effect.began", "pay"],
    ["effect.done", "pay"],
    ["effect.began", "note"],
    ["effect.done", "note"],
  ]);
  const step = (await bench.steps(waiting.id)).find(({ name }) => name === "pay");
  expect(effects[1]?.data).toMatchObject({
    argsHash: step?.args_hash,
    approvalId: step?.approval_id,
    resultHash: sha256(step?.result_json ?? ""),
    attempt: 1,
  });
  expect(events.find(({ type }) => type === "execution.started")?.data.version).toBe(waiting.version_hash);
});

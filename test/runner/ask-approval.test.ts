import { expect, test } from "vitest";
import { openRunnerBench } from "../support/runner-bench.ts";
import { scriptHand } from "../support/simple-hands.ts";

const body = `for (let count = 0; count < hand.input; count += 1) await hand.approve("look", "Look at " + count, { count });
return "asked";`;

test("190 prompts a day: a hand that asks more than its bound is paused, and what it asks from then on goes to no channel", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("nagger", scriptHand("nagger", body, { more: "[limits]\nmax_requests_per_day = 2\n" }));
  await bench.addState("nagger");
  await bench.run("nagger", { input: 4 });
  for (let count = 0; count < 4; count += 1) await bench.decideNext("approve");
  const rows = (await bench.approvals()).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  expect(rows.map((row) => row.withheld_at !== null)).toEqual([false, false, true, true]);
  const state = await bench.store.db.selectFrom("hand_states").selectAll().executeTakeFirstOrThrow();
  expect(state).toMatchObject({
    is_paused: 1,
    paused_by: "runtime",
    pause_note: "it asked 2 times in 24 hours, and max_requests_per_day is 2",
  });
  const events = await bench.store.db
    .selectFrom("events")
    .select("type")
    .where("type", "=", "hand.asks_too_much")
    .execute();
  expect(events).toHaveLength(1);

  // Once somebody resumed it, the bound begins anew.
  await bench.store.transaction((transaction) =>
    transaction.db.updateTable("hand_states").set({ is_paused: 0 }).execute(),
  );
  await bench.run("nagger", { input: 1 });
  const newest = (await bench.approvals("pending"))[0];
  expect(newest?.withheld_at).toBeNull();
});

test("what a rule or a delay of nothing answers asks nobody, and does not count; a withheld request does not approve itself", async () => {
  const bench = await openRunnerBench();
  const gates = `[approval_gates]
look = { action = "look", description = "Look", auto_approve_after = 0 }
pay = { action = "pay", description = "Pay", auto_approve_after = 600 }
[limits]
max_requests_per_day = 1
`;
  const script = `for (const count of [1, 2, 3]) await hand.approve("look", "Look", { count });
await Promise.all([hand.approve("pay", "One", { count: 1 }), hand.approve("pay", "Two", { count: 2 })]);`;
  bench.writeHand("payer", scriptHand("payer", script, { more: gates }));
  await bench.addState("payer");
  await bench.run("payer");
  const pending = (await bench.approvals("pending")).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  expect(pending.map((row) => [row.withheld_at !== null, row.auto_approve_at !== null])).toEqual([
    [false, true],
    [true, false],
  ]);
  expect(await bench.approvals("auto_approved")).toHaveLength(3);
});

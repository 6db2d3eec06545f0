import { expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { listExecutions } from "../../src/store/index.ts";
import type { ServerBench } from "../server/server-bench.ts";
import { openServerBench, PAYER } from "../server/server-bench.ts";

function hand(name: string, events: readonly string[], script: string) {
  const trigger = events.length === 0 ? "manual" : "event";
  const triggers = events.length === 0 ? "" : `[triggers]\nevents = ${JSON.stringify(events)}\n`;
  return {
    "HAND.toml": `[hand]\nname = "${name}"\ntrigger = "${trigger}"\n${triggers}`,
    "hand.ts": `export default async (hand) => { ${script} };\n`,
  };
}

/** The executions of a hand once there are so many that are over. */
async function ended(bench: ServerBench, handName: string, count: number) {
  for (let attempt = 0; attempt < 3000; attempt += 1) {
    const rows = await listExecutions(bench.runtime.store, { handName, limit: 100 });
    if (rows.filter(({ status }) => status === "ended").length >= count) return rows;
    await systemClock.sleep(10);
  }
  throw new Error(`${handName} did not run ${count} times`);
}

test("a hand starts when another succeeds, with its output; another when any fails", async () => {
  const bench = await openServerBench({
    hands: {
      scout: hand("scout", [], 'if (hand.input === "fail") throw new Error("no"); return "found it";'),
      writer: hand("writer", ["execution.succeeded:scout"], 'return "wrote of " + hand.input.output;'),
      alarm: hand("alarm", ["execution.failed:s*"], "return hand.input.error.message;"),
      deaf: hand("deaf", ["execution.succeeded:other"], 'return "never";'),
    },
  });
  await bench.rest(await bench.runtime.runner.trigger("scout"));
  await bench.rest(await bench.runtime.runner.trigger("scout", { input: "fail" }));
  const [writer] = await ended(bench, "writer", 1);
  expect(writer).toMatchObject({ trigger: "event", output: "wrote of found it", chain_json: '["scout"]' });
  const [alarm] = await ended(bench, "alarm", 1);
  expect(alarm?.output).toContain("no");
  await systemClock.sleep(300);
  expect(await listExecutions(bench.runtime.store, { handName: "deaf", limit: 10 })).toEqual([]);
  expect(await listExecutions(bench.runtime.store, { handName: "writer", limit: 10 })).toHaveLength(1);
});

test("hands that start each other stop where one comes again, visibly", async () => {
  const bench = await openServerBench({
    hands: {
      ping: hand("ping", ["execution.succeeded:pong"], 'return "ping";'),
      pong: hand("pong", ["execution.succeeded:ping"], 'return "pong";'),
    },
  });
  await bench.rest(await bench.runtime.runner.trigger("ping"));
  await ended(bench, "pong", 1);
  const rows = await ended(bench, "ping", 2);
  expect(rows.map(({ outcome, reason }) => [outcome, reason]).sort()).toEqual([
    ["skipped", "chain_cycle"],
    ["success", null],
  ]);
  await systemClock.sleep(300);
  expect(await listExecutions(bench.runtime.store, { limit: 100 })).toHaveLength(3);
});

test("a hand starts when a request expires, once, and what is disabled does not start", async () => {
  const payer = {
    ...PAYER,
    "HAND.toml": PAYER["HAND.toml"].replace('invoice" }', 'invoice", expires_after = 1 }'),
  };
  const bench = await openServerBench({
    hands: {
      payer,
      nag: hand("nag", ["approval.expired:*"], "return hand.input.action;"),
      off: hand("off", ["approval.expired:*"], 'return "never";'),
    },
  });
  await bench.runtime.registry.disable("off");
  await bench.rest(await bench.runtime.runner.trigger("payer"));
  const [nag] = await ended(bench, "nag", 1);
  expect(nag).toMatchObject({ trigger: "event", output: "pay" });
  await systemClock.sleep(300);
  expect(await listExecutions(bench.runtime.store, { handName: "nag", limit: 10 })).toHaveLength(1);
  expect(await listExecutions(bench.runtime.store, { handName: "off", limit: 10 })).toEqual([]);
});

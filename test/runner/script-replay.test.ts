import { expect, test } from "vitest";
import { silentLogger } from "../../src/core/index.ts";
import { fc } from "../support/properties.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

/** Chains that race: what each saw when is the output, so that a replay that hands out results in another order gives another one. */
const RACING = `
const seen = [];
hand.log.info("begins");
const chain = async (name, steps) => {
  for (const step of steps) {
    let said;
    if (step === "gate") said = (await hand.approve("publish", name)).note;
    else if (step === "value") said = String(hand.random()).slice(2, 8);
    else said = await hand.tool("work", { name, step });
    seen.push(name + ":" + step + ":" + said);
    hand.log.info(seen.at(-1));
  }
};
const first = await Promise.race(hand.input.map((steps, index) => chain("c" + index, steps).then(() => index)));
await Promise.all(hand.input.map((steps, index) => hand.tool("work", { name: "end", step: index })));
await hand.approve("publish", "end");
return JSON.stringify({ first, seen });`;

const step = fc.constantFrom("gate", "gate", "value", "0", "3", "9");
const chains = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 });

test("racing chains that park and go on in any order see, in each replay, what they saw before", async () => {
  const work = createStepTool("work", {
    effect: "read",
    run: async (args) => {
      await new Promise((resolve) => setTimeout(resolve, Number(args["step"]) || 0));
      return `${args["name"]}-${args["step"]}`;
    },
  });
  const saw: string[][] = [];
  const note = (line: string) => (line === "begins" ? saw.push([]) : saw.at(-1)?.push(line));
  const logger = { ...silentLogger, info: (line: string) => void note(line) };
  const bench = await openRunnerBench({ extraTools: [work], logger });
  bench.writeHand(
    "racer",
    scriptHand("racer", RACING, {
      more: '[tools]\nrequired = ["work"]\n[approval_gates]\npublish = { description = "Publish" }\n[limits]\nmax_waiting = 1000\n',
    }),
  );
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(chains, fc.infiniteStream(fc.nat(7)), async (input, order) => {
      saw.length = 0;
      let row = await bench.run("racer", { input });
      for (let waits = 0; row.status === "waiting"; waits += 1) {
        expect(waits).toBeLessThan(40);
        const pending = (await bench.approvals("pending")).filter(
          (approval) => approval.execution_id === row.id,
        );
        const chosen = pending[order.next().value % pending.length];
        await bench.approve(chosen?.id ?? "", { note: `n${chosen?.step_index}` });
        row = await bench.runner.runHere(row.id);
      }
      runs += 1;
      expect(row).toMatchObject({ outcome: "success", error: null });
      const { first, seen } = JSON.parse(row.output) as { first: number; seen: string[] };
      expect(input[first]).toBeDefined();
      for (const [index, steps] of input.entries()) {
        const own = seen.filter((line) => line.startsWith(`c${index}:`)).map((line) => line.split(":")[1]);
        expect(own).toEqual(steps.slice(0, own.length));
      }
      // Each call was made once, however often the script ran from its start.
      const steps = await bench.steps(row.id);
      expect(steps.filter((one) => one.kind === "tool").every((one) => one.attempt === 1)).toBe(true);
      // Each run sees what the one before it saw, in the same order, and then more.
      for (const [index, later] of saw.entries()) {
        const earlier = saw[index - 1] ?? [];
        expect(later.slice(0, earlier.length)).toEqual(earlier);
      }
      expect(saw.at(-1)?.length).toBeGreaterThanOrEqual(seen.length);
    }),
    { numRuns: 12 * Number(process.env["HANDS_TEST_SCALE"] ?? "1") },
  );
  expect(runs).toBeGreaterThanOrEqual(12);
}, 60_000);

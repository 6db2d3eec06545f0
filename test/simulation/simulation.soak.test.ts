import "./mocked-modules.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlanSize } from "./plan.ts";
import { createPlan } from "./plan.ts";
import { describeFailure, shrinkPlan } from "./shrink-plan.ts";
import { Simulator } from "./simulator.ts";
import { Totals } from "./totals.ts";

const read = (name: string, usual: number) => Number(process.env[name] ?? usual);

const simulator = new Simulator();
beforeAll(() => simulator.open());
afterAll(() => simulator.close());

const SIZES: readonly PlanSize[] = ["long", "short", "brief", "brief"];

/** Stories between two lines about how far it is. */
const LINES_EVERY = 25;

test("thousands of stories of every length, and in each every promise is kept", {
  timeout: 86_400_000,
}, async () => {
  const first = read("HANDS_SIM_FIRST", 0);
  const count = read("HANDS_SIM_STORIES", 2000);
  const totals = new Totals();
  const failures: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const plan = createPlan(String(first + index), SIZES[index % SIZES.length] ?? "brief");
    const result = await simulator.tell(plan);
    totals.add(result.figures);
    if (result.violation !== null) {
      const smallest = await shrinkPlan(simulator, plan, { promise: result.violation.promise });
      const failure = describeFailure(smallest, await simulator.tell(smallest));
      process.stdout.write(`${failure}\n\n`);
      failures.push(result.violation.message);
    }
    if ((index + 1) % LINES_EVERY === 0) process.stdout.write(`${totals}, ${failures.length} failed\n`);
  }
  expect(failures).toEqual([]);
});

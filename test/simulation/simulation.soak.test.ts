import "./mocked-modules.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPlan } from "./plan.ts";
import { describeFailure, shrinkPlan } from "./shrink-plan.ts";
import type { Figures } from "./simulator.ts";
import { Simulator } from "./simulator.ts";

const read = (name: string, usual: number) => Number(process.env[name] ?? usual);

const simulator = new Simulator();
beforeAll(() => simulator.open());
afterAll(() => simulator.close());

/** Stories between two lines about how far it is. */
const LINES_EVERY = 25;

test("thousands of long stories, and in each every promise is kept", { timeout: 86_400_000 }, async () => {
  const first = read("HANDS_SIM_FIRST", 0);
  const count = read("HANDS_SIM_STORIES", 2000);
  const totals: Record<string, number> = {};
  const failures: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const plan = createPlan(String(first + index), index % 4 === 0 ? "long" : "short");
    const result = await simulator.tell(plan);
    for (const [name, figure] of Object.entries(result.figures) as [keyof Figures, number][])
      totals[name] = (totals[name] ?? 0) + figure;
    if (result.violation !== null) {
      const smallest = await shrinkPlan(simulator, plan, { promise: result.violation.promise });
      const failure = describeFailure(smallest, await simulator.tell(smallest));
      process.stdout.write(`${failure}\n\n`);
      failures.push(result.violation.message);
    }
    if ((index + 1) % LINES_EVERY === 0)
      process.stdout.write(
        `${JSON.stringify({ stories: index + 1, ...totals, failures: failures.length })}\n`,
      );
  }
  expect(failures).toEqual([]);
});

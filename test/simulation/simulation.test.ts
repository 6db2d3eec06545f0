import "./mocked-modules.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlanSize } from "./plan.ts";
import { addFreezes, addTampering, createPlan } from "./plan.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";
import { describeFailure, shrinkPlan } from "./shrink-plan.ts";
import type { StoryResult } from "./simulator.ts";
import { Simulator } from "./simulator.ts";
import { Totals } from "./totals.ts";

const simulator = new Simulator();
beforeAll(() => simulator.open());
afterAll(() => simulator.close());

const SCALE = Number(process.env["HANDS_TEST_SCALE"] ?? 1);
const BRIEF_STORIES = 190 * SCALE;
const SHORT_STORIES = 9 * SCALE;
/** Short stories that showed a mistake, since mended. */
const ONCE_BROKEN = ["27"];
/** Of a bug that its own story does not show. */
const MORE_STORIES = 60;

/** The one story that is asked for, or the usual ones. */
const [, size, seed] = /^(brief|short|long):(.+)$/.exec(process.env["HANDS_SIM_SEED"] ?? "") ?? [];
const kept = process.env["HANDS_SIM_EVENTS"]?.split(",").map(Number);

function listPlans() {
  if (seed === undefined)
    return [
      ...Array.from({ length: BRIEF_STORIES }, (_, index) => createPlan(String(index), "brief")),
      ...Array.from({ length: SHORT_STORIES }, (_, index) => createPlan(String(index), "short")),
      ...ONCE_BROKEN.map((number) => createPlan(number, "short")),
    ];
  const plan = createPlan(seed, size as PlanSize);
  const events = plan.events.filter((event) => kept?.includes(event.number) ?? true);
  return [{ ...plan, events }];
}

test("whatever befalls the machine, every promise is kept", { timeout: 600_000 }, async () => {
  const plans = listPlans();
  const totals = new Totals();
  for (const plan of plans) {
    const result = await simulator.tell(plan);
    totals.add(result.figures);
    if (result.violation === null) continue;
    const { promise } = result.violation;
    const smallest = await shrinkPlan(simulator, plan, { promise });
    throw new Error(describeFailure(smallest, await simulator.tell(smallest)));
  }
  process.stdout.write(`${totals}\n`);
  expect(plans.length).toBeGreaterThan(0);
});

test("the same seed tells the same story, to the millisecond", { timeout: 120_000 }, async () => {
  const plan = createPlan("1", "short");
  const [first, second] = [await simulator.tell(plan), await simulator.tell(plan)];
  expect(first.lines.length).toBeGreaterThan(50);
  expect(second.lines.map(withoutFolder)).toEqual(first.lines.map(withoutFolder));
  expect(second.figures).toEqual(first.figures);
});

test.each(PLANTED_BUGS)("it finds that $name", { timeout: 300_000 }, async (bug) => {
  const { violation } = await findStory(bug);
  expect(violation).not.toBeNull();
});

test("a story that fails is told again with the events alone that it needs", {
  timeout: 300_000,
}, async () => {
  const bug = PLANTED_BUGS.find(({ name }) => name.startsWith("counters are written after"));
  if (bug === undefined) throw new Error("that bug is not planted any more");
  const { plan, violation, ...result } = await findStory(bug);
  if (violation === null) throw new Error("the bug was not found");
  const smallest = await shrinkPlan(simulator, plan, { promise: violation.promise, bug, attempts: 12 });
  expect(smallest.events.length).toBeLessThan(plan.events.length);
  const again = await simulator.tell(smallest, bug);
  expect(again.violation?.promise).toBe(violation.promise);
  const text = describeFailure(smallest, { ...result, ...again });
  expect(text).toContain("counters equal the rows");
  expect(text).toContain(`HANDS_SIM_SEED=${plan.size}:${plan.seed} HANDS_SIM_EVENTS=`);
  expect(text).toContain("process-0.1 starts");
});

const ADDITIONS = { tampering: addTampering, freezes: addFreezes };

async function findStory(
  bug: PlantedBug,
): Promise<StoryResult & { readonly plan: ReturnType<typeof createPlan> }> {
  for (let index = 0; ; index += 1) {
    const [size, seed] = index === 0 ? bug.shownBy : (["brief", index - 1] as const);
    const drawn = createPlan(String(seed), size);
    const plan = bug.needs === undefined ? drawn : ADDITIONS[bug.needs](drawn);
    const result = await simulator.tell(plan, bug);
    if (result.violation !== null || index === MORE_STORIES) return { ...result, plan };
  }
}

/** The folder of a story has another name each time. */
function withoutFolder(line: string): string {
  return line.replaceAll(/[^\s"]*\/story-\d+\//g, "");
}

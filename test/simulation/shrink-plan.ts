import type { Plan } from "./plan.ts";
import { describeEvent } from "./plan.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import type { Simulator, StoryResult } from "./simulator.ts";

const TOLD_LINES = 120;

/** A plan that breaks the same promise with as few events as could be found, and the story of it. */
export async function shrinkPlan(
  simulator: Simulator,
  plan: Plan,
  {
    promise,
    bug = null,
    attempts = 60,
  }: { readonly promise: string; readonly bug?: PlantedBug | null; readonly attempts?: number },
): Promise<Plan> {
  let smallest = plan;
  let left = attempts;
  for (let size = Math.ceil(plan.events.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < smallest.events.length && left > 0; left -= 1) {
      const fewer = { ...smallest, events: smallest.events.toSpliced(start, size) };
      const { violation } = await simulator.tell(fewer, bug);
      if (violation?.promise === promise) smallest = fewer;
      else start += size;
    }
  }
  return smallest;
}

/** The story of a broken promise, to be read and to be told again. */
export function describeFailure(plan: Plan, { violation, lines }: StoryResult): string {
  const kept = plan.events.map((event) => event.number).join(",");
  return [
    `${violation?.message}`,
    "",
    `Once more: HANDS_SIM_SEED=${plan.size}:${plan.seed} HANDS_SIM_EVENTS=${kept} npx vitest run test/simulation`,
    "",
    `${plan.nodeCount} processes from ${new Date(plan.startsAt).toISOString()}:`,
    ...plan.events.map(describeEvent),
    "",
    ...lines.slice(-TOLD_LINES),
  ].join("\n");
}

import { IDLE_MS, makeHandsProject, measureStart, timeList } from "../fixtures/hands-project.ts";
import type { Comparison, Contender } from "../harness/types.ts";

/** What a start, what it holds, and a list cost with very many hands, against few; and what they cost in between. */
export function compareHandCounts(most: number, few: number, others: readonly number[]): Comparison {
  return {
    id: "hands",
    title: `a start and a list of ${format(most)} hands against ${format(few)}`,
    metrics: {
      start: { title: "listening after", unit: "ms", better: "lower" },
      memory: { title: `memory ${IDLE_MS / 1000} s later`, unit: "MB", better: "lower" },
      list: { title: "`hands list`", unit: "ms", better: "lower" },
    },
    contenders: [
      oursWith(most, "hands", "ours"),
      oursWith(few, "few", "floor"),
      ...others.map((hands, index) => oursWith(hands, `other-${index + 1}`, "floor")),
    ],
    targets: ["start", "memory", "list"].map((metric) => ({
      metric,
      against: "few",
      advantage: 1 / MOST_GROWTH,
    })),
    limit: LIMIT,
  };
}

/** What grows with the logarithm alone is within this, as with the other comparisons of growth. */
const MOST_GROWTH = 3;

const LIMIT =
  "every hand's folder and files are asked for their times at a start and by a list, so that no edit is missed, and its manifest is taken from the index and kept: some 0.2 ms and 10 kB a hand, beside what a start takes anyway";

function oursWith(hands: number, id: string, role: Contender["role"]): Contender {
  return {
    id,
    title: `of ${format(hands)}`,
    role,
    async open(place) {
      const project = await makeHandsProject(place, hands);
      return { measure: async () => ({ ...(await measureStart(project)), list: await timeList(project) }) };
    },
  };
}

function format(count: number): string {
  return count.toLocaleString("en");
}

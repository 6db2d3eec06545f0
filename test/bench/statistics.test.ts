import { expect, test } from "vitest";
import type { ComparisonResult } from "../../bench/harness/results.ts";
import {
  calculateAdvantage,
  calculateMedian,
  calculateQuantile,
  judgeTarget,
} from "../../bench/harness/statistics.ts";
import { fillPage } from "../../bench/report/fill-page.ts";
import { renderCase } from "../../bench/report/render-case.ts";

const comparison: ComparisonResult = {
  id: "one",
  title: "One thing",
  metrics: {
    ms: { title: "time", unit: "ms", better: "lower" },
    rate: { title: "things", unit: "/s", better: "higher" },
  },
  contenders: [
    {
      id: "hands",
      title: "hands",
      role: "ours",
      samples: [
        { ms: 10, rate: 100 },
        { ms: 20, rate: 50 },
        { ms: 5, rate: 200 },
      ],
    },
    {
      id: "peer",
      title: "a peer",
      role: "peer",
      samples: [
        { ms: 30, rate: 50 },
        { ms: 80, rate: 25 },
        { ms: 10, rate: 100 },
      ],
    },
    { id: "absent", title: "an absent one", role: "peer", samples: [], notRun: "no such program" },
  ],
  targets: [
    { metric: "ms", against: "peer", advantage: 2 },
    { metric: "rate", against: "peer", advantage: 3 },
    { metric: "ms", atMost: 10 },
    { metric: "ms", against: "absent", advantage: 2 },
  ],
  limit: "what limits it",
};

const result = {
  name: "case",
  title: "A case",
  takenAt: "2026-01-02T03:04:05.000Z",
  scale: 1,
  machine: {
    processor: "a processor",
    cores: 2,
    memoryGb: 8,
    system: "linux",
    node: "v24.0.0",
    commit: "abc",
    loadAverage: 0.5,
  },
  comparisons: [comparison],
};

test("the median is the figure in the middle, or between the two in the middle", () => {
  expect(calculateMedian([3, 1, 2])).toBe(2);
  expect(calculateMedian([4, 1, 3, 2])).toBe(2.5);
  expect(calculateQuantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9);
});

test("the advantage is the median of the rounds' ratios, whichever way is better", () => {
  expect(calculateAdvantage(comparison, "ms", "peer")).toBe(3);
  expect(calculateAdvantage(comparison, "rate", "peer")).toBe(2);
});

test("a target against one who did not run, or missed by a little, is not reached", () => {
  expect(comparison.targets.map((target) => judgeTarget(comparison, target).isReached)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("the page shows who did not run and why, each target, and what limits us where one is missed", () => {
  const page = renderCase(result);
  expect(page).toContain("| time | **hands** | 10 ms | 5 ms – 20 ms |  |");
  expect(page).toContain("| time | a peer | 30 ms | 10 ms – 80 ms | 3× better |");
  expect(page).toContain("Not run here: an absent one (no such program).");
  expect(page).toContain("✗ not reached: things: at least 3× better than a peer; 2× better");
  expect(page).toContain("What limits it: what limits it.");
});

test("figures go between a case's marks, and a case without marks is an error", () => {
  const page = "before\n<!-- figures: case -->\nold\n<!-- end of the figures -->\nafter";
  const filled = fillPage(page, new Map([["case", result]]));
  expect(filled).toMatch(
    /^before\n<!-- figures: case -->[\s\S]*One thing[\s\S]*<!-- end of the figures -->\nafter$/,
  );
  expect(filled).not.toContain("old");
  expect(() => fillPage("nothing", new Map([["case", result]]))).toThrow("no marks for case");
});

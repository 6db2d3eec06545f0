import { Cron } from "croner";
import { nextFires } from "../../src/index.ts";
import type { Stopwatch } from "../harness/timing.ts";
import { ratePerSecond, timeMs } from "../harness/timing.ts";
import type { BenchCase, Comparison, Contender } from "../harness/types.ts";

const FIRES = 100;
const FROM = new Date("2026-01-15T10:30:00Z");

/** Expressions to their next hundred fires. */
export const nextFiresCase: BenchCase = {
  name: "next-fires",
  title: "Next fires",
  list: ({ scale }) => [compareNextFires(scale(1000), "UTC"), compareNextFires(scale(1000), "Europe/Berlin")],
};

export function compareNextFires(
  expressions: number,
  timezone: string,
  stopwatch: Stopwatch = timeMs,
): Comparison {
  const contender = (
    id: string,
    role: Contender["role"],
    prepare: () => Promise<(cron: string) => number>,
  ): Contender => ({
    id,
    title: id,
    role,
    open: async () => ({
      async measure() {
        const enumerate = await prepare();
        const list = makeExpressions(expressions);
        const rate = await ratePerSecond(
          expressions * FIRES,
          () => {
            for (const cron of list) {
              const found = enumerate(cron);
              if (found !== FIRES) throw new Error(`${cron} gave ${found} fires`);
            }
          },
          stopwatch,
        );
        return { rate };
      },
    }),
  });
  return {
    id: timezone === "UTC" ? "utc" : "zone",
    title: `${expressions} expressions, ${FIRES} fires each, in ${timezone}`,
    metrics: { rate: { title: "fires", unit: "/s", better: "higher" } },
    contenders: [
      contender("hands", "ours", async () => (cron) => {
        return nextFires({ cron, timezone }, { from: FROM, count: FIRES }).length;
      }),
      contender(
        "croner",
        "peer",
        async () => (cron) => new Cron(cron, { timezone }).nextRuns(FIRES, FROM).length,
      ),
      contender("cron-parser", "peer", async () => {
        const { CronExpressionParser } = await import("cron-parser");
        return (cron) =>
          CronExpressionParser.parse(cron, { tz: timezone, currentDate: FROM }).take(FIRES).length;
      }),
    ],
    targets: [
      { metric: "rate", against: "croner", advantage: 0.9 },
      { metric: "rate", against: "cron-parser", advantage: 1 },
    ],
  };
}

/** Expressions as people write them, no two the same. */
function makeExpressions(count: number): readonly string[] {
  const forms = [
    (n: number) => `${n % 60} ${n % 24} * * *`,
    (n: number) => `${n % 60} */${(n % 11) + 2} * * *`,
    (n: number) => `${n % 60} ${n % 24} * * 1-5`,
    (n: number) => `${n % 60} ${n % 24} ${(n % 28) + 1} * *`,
    (n: number) => `*/${(n % 29) + 2} * * * *`,
    (n: number) => `${n % 60} ${n % 24} 1,15 * ${n % 7}`,
    (n: number) => `${n % 60} 7,19 * ${(n % 6) + 1}-${(n % 6) + 6} *`,
  ];
  return Array.from({ length: count }, (_, n) => (forms[n % forms.length] as (n: number) => string)(n));
}

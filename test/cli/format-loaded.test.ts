import picocolors from "picocolors";
import { expect, test } from "vitest";
import { formatLoaded } from "../../src/cli/format-loaded.ts";
import type { HandJson } from "../../src/registry/index.ts";

const NOW = Date.parse("2026-01-05T12:00:00Z");

/** The later its number, the sooner it fires; every tenth is broken. */
function createHand(number: number, count: number): HandJson {
  const isBroken = number % 10 === 0;
  const name = `hand-${String(number).padStart(4, "0")}`;
  return {
    name,
    description: "Looks around",
    enabled: true,
    status: isBroken ? "error" : "scheduled",
    schedule: null,
    nextRunAt: isBroken ? null : new Date(NOW + (count - number) * 60_000).toISOString(),
    lastRunAt: null,
    runCount: 0,
    successCount: 0,
    failureCount: 0,
    isPaused: false,
    problems: [
      {
        severity: isBroken ? "error" : "warning",
        code: isBroken ? "invalid_value" : "model_not_configured",
        message: "it is not as it should be",
        file: `hands/${name}/HAND.toml`,
        line: null,
        column: null,
        hint: null,
        source: null,
      },
    ],
  };
}

function format(count: number): string {
  const stream = {
    isTerminal: false,
    colors: picocolors.createColors(false),
    columns: 100,
    write: () => undefined,
  };
  return formatLoaded(stream, {
    title: "hands",
    handsDir: "hands",
    database: "hands.db",
    configPath: null,
    flags: "--hands hands",
    hands: Array.from({ length: count }, (_, index) => createHand(index + 1, count)),
    strays: [],
    nowMs: NOW,
  });
}

test("a few hands are shown all, in their order, with every problem", () => {
  const text = format(12);
  expect([...text.matchAll(/^hand-\d+/gm)].map(([name]) => name)).toEqual(
    Array.from({ length: 12 }, (_, index) => `hand-${String(index + 1).padStart(4, "0")}`),
  );
  expect([...text.matchAll(/it is not as it should be/g)]).toHaveLength(12);
  expect(text).not.toContain("more hands");
  expect(text).toContain("Next: hand-0012");
});

test("of a thousand hands those are shown that fire next, the errors before the warnings, and how many there are besides", () => {
  const text = format(1000);
  const shown = [...text.matchAll(/^hand-\d+/gm)].map(([name]) => name);
  expect(shown).toHaveLength(40);
  expect(shown[0]).toBe("hand-0999");
  expect(text).toContain("Next: hand-0999");
  expect(text).toContain("And 960 more hands: hands list --hands hands\n");
  expect([...text.matchAll(/error\[invalid_value\]/g)]).toHaveLength(20);
  expect(text).not.toContain("model_not_configured");
  expect(text).toContain("And 980 more problems: hands validate --hands hands\n");
  expect(text).toMatch(/100 of 1000 hands cannot run: hand-0010, .*hand-0200, and 80 more\n/);
  expect(text.split("\n").length).toBeLessThan(120);
});

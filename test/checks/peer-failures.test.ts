import { describe, expect, test } from "vitest";
import { findGaps } from "./find-gaps.ts";
import { PEER_FAILURES } from "./peer-failures.ts";

describe.each([
  ["gates", PEER_FAILURES.gates, 25],
  ["schedules", PEER_FAILURES.schedules, 14],
  ["executions", PEER_FAILURES.executions, 14],
] as const)("what went wrong elsewhere with %s", (_section, failures, leastCount) => {
  test("is listed, each failure once", () => {
    expect(failures.length).toBeGreaterThanOrEqual(leastCount);
    expect(new Set(failures.map(({ failure }) => failure)).size).toBe(failures.length);
  });

  test.each(failures)("has tests that run: $failure", (row) => {
    expect(findGaps(row)).toEqual([]);
  });
});

describe("a row does not pass on", () => {
  const gapsIn = (source: string) => findGaps({ heldBy: { "a.test.ts": ["it holds"] } }, () => source);
  const BODY = '"it holds", () => {}';

  test.each([
    `test(${BODY});`,
    `test("it holds", { timeout: 5 }, () => {});`,
    `test.each([1])("it holds", function () {});`,
    `describeEachStore("group", () => { describe("more", () => { it(${BODY}); }); });`,
    `for (const n of [1]) test(\`it holds\`, async () => {});`,
  ])("nothing, but does on %s", (source) => expect(gapsIn(source)).toEqual([]));

  test.each([
    `// test(${BODY});`,
    `const text = 'test(${BODY})';`,
    `other(${BODY});`,
    `describe(${BODY});`,
    'test("it holds, more or less", () => {});',
    `test(${BODY}); test(${BODY});`,
    'test("it holds");',
    `test.skip(${BODY});`,
    `test.todo(${BODY});`,
    `test.fails(${BODY});`,
    `test.skipIf(true)(${BODY});`,
    `test.runIf(false)(${BODY});`,
    `test.skip.each([1])(${BODY});`,
    'test("it holds", { skip: true }, () => {});',
    `describe.skip("group", () => { describe("more", () => { test(${BODY}); }); });`,
    `describe.runIf(false)("group", () => { test(${BODY}); });`,
    'describe("group", { todo: true }, () => { test("it holds", () => {}); });',
    "",
  ])("%s", (source) => expect(gapsIn(source)).toHaveLength(1));

  test("no file, a file that is not there, and a file without a title", () => {
    expect(findGaps({ heldBy: {} })).toHaveLength(1);
    expect(findGaps({ heldBy: { "checks/none.test.ts": ["it holds"] } })).toHaveLength(1);
    expect(findGaps({ heldBy: { "checks/peer-failures.test.ts": [] } })).toHaveLength(1);
  });

  test("a source that does not parse", () => expect(() => gapsIn("test(")).toThrow("a.test.ts"));
});

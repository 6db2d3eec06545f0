import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../support/lint-tree.ts";
import type { PeerFailure } from "./peer-failures.ts";
import { PEER_FAILURES } from "./peer-failures.ts";
import { readTestTitles } from "./test-titles.ts";

const read = (file: string): string | undefined => {
  const target = path.join(repositoryRoot, "test", file);
  return existsSync(target) ? readFileSync(target, "utf8") : undefined;
};

/** What keeps a row from being held; empty where every test that it names is there and runs. */
function findGaps({ heldBy }: PeerFailure, readSource = read): readonly string[] {
  const files = Object.entries(heldBy);
  if (files.length === 0) return ["it names no file"];
  return files.flatMap(([file, titles]) => {
    const source = readSource(file);
    if (source === undefined) return [`${file} is not there`];
    if (titles.length === 0) return [`${file} is named without a title`];
    const tests = readTestTitles(file, source);
    return titles.flatMap((title) => {
      const named = tests.filter((test) => test.title === title);
      if (named.length !== 1) return [`${file} has ${named.length} tests called: ${title}`];
      return named[0]?.isRun === true ? [] : [`${file} does not always run: ${title}`];
    });
  });
}

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
  const gapsIn = (source: string) =>
    findGaps({ failure: "f", heldBy: { "a.test.ts": ["it holds"] } }, () => source);
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
    expect(findGaps({ failure: "f", heldBy: {} })).toHaveLength(1);
    expect(findGaps({ failure: "f", heldBy: { "checks/none.test.ts": ["it holds"] } })).toHaveLength(1);
    expect(findGaps({ failure: "f", heldBy: { "checks/peer-failures.test.ts": [] } })).toHaveLength(1);
  });

  test("a source that does not parse", () => expect(() => gapsIn("test(")).toThrow("a.test.ts"));
});

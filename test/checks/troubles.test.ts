import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../support/lint-tree.ts";
import { findGaps } from "./find-gaps.ts";
import { TROUBLES } from "./troubles.ts";

const HEADING = "\n## When things go wrong\n";

test("the README's table of what happens when things go wrong is the list of troubles, each with the tests that show it", () => {
  const rows = TROUBLES.map(({ when, what, heldBy }) => {
    const files = Object.keys(heldBy).map((file) => `[${path.basename(file, ".test.ts")}](test/${file})`);
    return `| ${when} | ${what} | ${files.join(", ")} |`;
  });
  expect(new Set(rows).size).toBe(rows.length);
  const [, section = ""] = readFileSync(path.join(repositoryRoot, "README.md"), "utf8").split(HEADING);
  const [table = ""] = section.trimStart().split("\n\n");
  expect(table.trim().split("\n")).toEqual(["| when | what happens | shown by |", "|---|---|---|", ...rows]);
});

test("the troubles that everybody asks about are among them", () => {
  const whens = TROUBLES.map(({ when }) => when).join("\n");
  for (const word of [
    "crashes",
    "nobody answers",
    "was off",
    "disk is full",
    "model hangs",
    "database goes away",
  ])
    expect(whens).toContain(word);
});

test.each(TROUBLES)("has tests that run: $when", (trouble) => {
  expect(findGaps(trouble)).toEqual([]);
});

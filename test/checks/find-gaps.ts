import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../support/lint-tree.ts";
import type { PeerFailure } from "./peer-failures.ts";
import { readTestTitles } from "./test-titles.ts";

const read = (file: string): string | undefined => {
  const target = path.join(repositoryRoot, "test", file);
  return existsSync(target) ? readFileSync(target, "utf8") : undefined;
};

/** What keeps a row from being held; empty where every test that it names is there and runs. */
export function findGaps({ heldBy }: Pick<PeerFailure, "heldBy">, readSource = read): readonly string[] {
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

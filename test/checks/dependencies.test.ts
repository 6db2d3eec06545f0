import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const packages = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
};
const page = readFileSync("docs/dependencies.md", "utf8");
const names = [...Object.keys(packages.dependencies), ...Object.keys(packages.devDependencies)];

test("every dependency says what it is for, and no line is left of one that went", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1]),
  );
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].sort()).toEqual([...names].sort());
});

test("every dependency is pinned to one version", () => {
  const versions = Object.entries({ ...packages.dependencies, ...packages.devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

import { expect, test } from "vitest";
import { readFrontmatter } from "../../src/manifest/skill-frontmatter.ts";

test("aliases that grow without end make a skill unusable", () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]`,
  );
  const text = ["---", "l0: &l0 lol", ...levels, "description: Looks harmless", "---", ""].join("\n");
  expect(readFrontmatter(text)).toMatchObject({
    status: "unusable",
    message: expect.stringContaining("alias"),
  });
});

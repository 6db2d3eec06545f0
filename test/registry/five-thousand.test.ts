import { expect, test } from "vitest";
import { TWENTY_BROKEN_MANIFESTS } from "../manifest/broken-manifests.ts";
import { createTestProject } from "./hands-folder.ts";
import { openRegistry } from "./open-registry.ts";

const HEALTHY_COUNT = 4980;

test("of 5,000 hands, 20 broken in 20 ways, 4,980 load and each of the 20 is told its place", {
  timeout: 120_000,
}, async () => {
  const project = createTestProject();
  for (let index = 0; index < HEALTHY_COUNT; index += 1) {
    project.writeHand(`hand-${index}`, `description = "Number ${index}"\nschedule = "${index % 60} * * * *"`);
  }
  const dirs = TWENTY_BROKEN_MANIFESTS.map(({ text }, index) => {
    const dir = project.writeHand(`broken-${index}`);
    project.writeHand(`broken-${index}`, text.includes("[hand]") ? text : `${text}#[hand]`);
    return dir;
  });
  const registry = openRegistry(project);
  expect((await registry.loadAll()).size).toBe(HEALTHY_COUNT);
  const errors = [...registry.getProblems().values()].flat().filter(({ severity }) => severity === "error");
  expect(errors).toHaveLength(TWENTY_BROKEN_MANIFESTS.length);
  for (const [index, { code, line, column, mistake }] of TWENTY_BROKEN_MANIFESTS.entries()) {
    const found = errors.find(({ file }) => file.startsWith(`${dirs[index]}/`));
    expect(found, mistake).toMatchObject({ code, line, column });
  }
  expect(await registry.listEntries()).toHaveLength(HEALTHY_COUNT + TWENTY_BROKEN_MANIFESTS.length);
});

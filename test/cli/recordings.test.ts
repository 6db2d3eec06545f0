import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testHand } from "../../src/recording/index.ts";
import { createCliProject } from "./cli-project.ts";
import { GREETER } from "./sample-hands.ts";

test("a hand is recorded, replayed and tested from the command line, and its test fails when it changes", {
  timeout: 200_000,
}, async () => {
  const project = await createCliProject(GREETER);
  const ran = await project.hands(["run", "greeter", "--record", "morning"]);
  expect([ran.exitCode, ran.stdout]).toEqual([0, "hello null\n"]);
  expect(ran.stderr).toContain(".recordings/morning.json");

  const [execution] = (await project.hands(["executions", "--json"])).json() as { id: string }[];
  const replayed = await project.hands(["replay", execution?.id ?? ""]);
  expect(replayed.exitCode).toBe(0);
  expect(replayed.stderr).toContain("goes as it went");

  const page = await readFile(new URL("../../docs/testing-a-hand.md", import.meta.url), "utf8");
  const [said] = await testHand({ handDir: join(project.dir, "hands/greeter") });
  expect(page).toContain(`// ${said?.name} ${said?.hasPassed}`);

  await project.write("hands/greeter/hand.ts", 'export default async function run() { return "goodbye"; }\n');
  const tested = await project.hands(["test", "--junit", "report.xml"]);
  expect(tested.exitCode).toBe(1);
  expect(tested.stdout).toContain("failed  greeter morning");
  expect(tested.stdout).toContain("  - hello null");
  expect(tested.stdout).toContain("  + goodbye");
  expect(await readFile(join(project.dir, "report.xml"), "utf8")).toContain('failures="1"');
  expect((await project.hands(["replay", execution?.id ?? "", "--current"])).exitCode).toBe(1);
  expect((await project.hands(["test", "greeter", "--update"])).exitCode).toBe(0);
  expect((await project.hands(["test", "--json"])).json()).toMatchObject({ hasPassed: true });
});

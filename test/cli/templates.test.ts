import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findSchemaAddress } from "../../src/cli/find-schema-address.ts";
import { TEMPLATES } from "../../src/cli/templates/templates.ts";
import { createCliProject } from "./cli-project.ts";
import { openFeedServer } from "./feed-server.ts";
import { runHere } from "./run-here.ts";

const names = Object.keys(TEMPLATES);

test("every template is valid, strictly and with its code, and has comments and a schema that is there", async () => {
  expect(names).toEqual(["script", "model", "feed-watcher", "folder-watcher", "reporter"]);
  const project = await createCliProject();
  for (const name of names) {
    const ran = await runHere(project.dir, ["new", `my-${name}`, "--template", name]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    for (const path of ran.stdout.trim().split("\n")) expect(existsSync(path), path).toBe(true);
    const text = await project.read(`hands/my-${name}/HAND.toml`);
    const [, address = ""] = /^#:schema (\S+)\n/.exec(text) ?? [];
    expect(
      existsSync(
        address.startsWith("file:")
          ? fileURLToPath(address)
          : resolve(project.dir, "hands", `my-${name}`, address),
      ),
    ).toBe(true);
    expect(text.split("\n").filter((line) => line.includes("#")).length, name).toBeGreaterThan(3);
  }
  const checked = await runHere(project.dir, ["validate", "--code", "--strict"]);
  expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0);
  expect((await runHere(project.dir, ["new", "x", "--template", "nothing"])).exitCode).toBe(2);
});

test("the model's template goes as its recording goes, and the reporter and the script run", async () => {
  const project = await createCliProject();
  for (const name of ["model", "script", "reporter"])
    await runHere(project.dir, ["new", `my-${name}`, "--template", name]);
  const tested = await runHere(project.dir, ["test", "my-model"]);
  expect([tested.exitCode, tested.stdout]).toEqual([0, "passed  my-model nothing-new\n"]);
  expect((await runHere(project.dir, ["run", "my-script"])).stdout).toContain("# my-script");
  await runHere(project.dir, ["run", "my-reporter"]);
  const again = await runHere(project.dir, ["run", "my-reporter"]);
  expect(again.stdout).toMatch(/\| \/ \| [\d.]+ % \| -?[\d.]+ points \|/);
});

test("the watcher of a folder says what came, changed and went, once", async () => {
  const project = await createCliProject();
  await runHere(project.dir, ["new", "watcher", "--template", "folder-watcher"]);
  const look = async () => (await runHere(project.dir, ["run", "watcher"])).stdout;
  const file = (name: string) => `data/workspaces/watcher/${name}`;
  expect(await look()).toBe("");
  await project.write(file("a/b.txt"), "one");
  expect(await look()).toBe("- new: a/b.txt\n");
  await project.write(file("a/b.txt"), "longer");
  await project.write(file("c.txt"), "c");
  expect(await look()).toBe("- new: c.txt\n- changed: a/b.txt\n");
  expect(await look()).toBe("");
});

test("the watcher of a feed tells of each new entry once, and not of what was there before it", async () => {
  const feed = await openFeedServer(["First"]);
  const project = await createCliProject();
  await runHere(project.dir, ["new", "news", "--template", "feed-watcher"]);
  const path = "hands/news/HAND.toml";
  const text = await project.read(path);
  await project.write(
    path,
    `${text.replace("feeds = []", `feeds = [${JSON.stringify(feed.url)}]`)}\n[network]\nallow = ["127.0.0.1"]\n`,
  );
  const look = async () => (await runHere(project.dir, ["run", "news"])).stdout;
  expect(await look()).toBe("");
  feed.titles.unshift("Second");
  expect(await look()).toBe("- [Second](https://feed.example/Second)\n");
  expect(await look()).toBe("");
});

test("the schema's address is relative where the package is installed with the project", async () => {
  const project = await createCliProject({ "node_modules/hands/schema/hand.schema.json": "{}" });
  const handDir = join(project.dir, "hands/x");
  expect(findSchemaAddress(handDir)).toBe("../../node_modules/hands/schema/hand.schema.json");
  const elsewhere = await createCliProject();
  mkdirSync(join(elsewhere.dir, "hands/x"), { recursive: true });
  expect(findSchemaAddress(join(elsewhere.dir, "hands/x"), elsewhere.dir)).toBe(
    "../../schema/hand.schema.json",
  );
  expect(findSchemaAddress(join(dirname(elsewhere.dir), "hands/x"), elsewhere.dir)).toMatch(
    /^file:\/\/.*schema\.json$/,
  );
});

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parsePostgresAddress } from "../../src/store/index.ts";
import { createCliProject } from "../cli/cli-project.ts";

const text = await readFile(new URL("../../docs/many-machines.md", import.meta.url), "utf8");

test("the commands of docs/many-machines.md have the options that it gives them", async () => {
  const project = await createCliProject();
  const { stdout } = await project.hands(["up", "--help"]);
  const options = [...text.matchAll(/`hands up ([^`]+)`/g)].flatMap(([, words = ""]) => words.split(" "));
  expect(options.length).toBeGreaterThan(5);
  for (const option of options) expect(stdout).toContain(option);
  expect((await project.hands(["nodes", "--json"])).json()).toEqual([]);
});

test("its addresses are those of Postgres, with and without sessions", () => {
  const addresses = [...text.matchAll(/DATABASE_URL='?([^'\s]+)/g)].map(([, address = ""]) => address);
  expect(addresses.map(parsePostgresAddress)).toEqual([
    { url: "postgres://hands:secret@db.example.com/hands", hasSessions: true },
    { url: "postgres://hands:secret@pool.example.com:6432/hands", hasSessions: false },
  ]);
});

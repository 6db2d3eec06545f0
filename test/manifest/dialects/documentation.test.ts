import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FALSE_FRIENDS, OUR_TOOLS } from "../../../src/manifest/dialects/tool-names.ts";
import { convertHand, DIALECTS, loadHandFolder } from "../../../src/manifest/index.ts";

const read = (name: string) => readFile(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

test("docs/dialects.md has a row for every dialect and every name of a tool", async () => {
  const text = await read("dialects.md");
  for (const dialect of DIALECTS) expect(text).toContain(`\n| \`${dialect}\` |`);
  for (const [theirs, ours] of Object.entries(OUR_TOOLS)) {
    const row = text
      .split("\n")
      .find((line) => line.startsWith("|") && line.split("|")[1]?.includes(`\`${theirs}\``));
    expect(row, theirs).toMatch(new RegExp(`\`${ours}\`|the same`));
  }
  for (const name of Object.keys(FALSE_FRIENDS)) expect(text).toContain(`\`${name}\``);
});

test("docs/migrate-from-openfang.md shows what convert makes of its example", async () => {
  const [original = "", converted = ""] = [
    ...(await read("migrate-from-openfang.md")).matchAll(/```toml\n(.*?)```/gs),
  ].map(([, block]) => block);
  const root = await mkdtemp(join(tmpdir(), "hands-migrate-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const dir = join(root, "press-review");
  await mkdir(dir);
  await writeFile(join(dir, "HAND.toml"), original);
  expect((await loadHandFolder(dir)).hand).toMatchObject({ dialect: "openfang", limits: { maxSteps: 25 } });
  const { files } = await convertHand(join(dir, "HAND.toml"));
  expect(files.map(({ path }) => path)).toEqual(["HAND.toml", "SYSTEM.md"]);
  expect(files[0]?.text).toBe(converted);
});

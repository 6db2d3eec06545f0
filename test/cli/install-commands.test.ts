import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTarGz } from "../installs/make-archive.ts";
import { createCliProject } from "./cli-project.ts";

const MANIFEST = `[hand]
name = "oracle"
description = "Foretells \\u001b[2J\\u202E"
schedule = "0 7 * * *"
[tools]
required = ["web_fetch", "shell", "foretell"]
unattended = ["file_*"]
[approval_gates]
shell = { description = "Run a program", when = "args.argv.size() > 1" }
[network]
allow = ["api.example.com"]
[secrets]
names = ["ORACLE_KEY"]
`;
/** Leaves a mark as soon as it is loaded. */
const CODE = `import { writeFileSync } from "node:fs";
writeFileSync(process.env["MARK"] ?? "", "loaded");
`;
const TOOL = `${CODE}import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({ name: "foretell", description: "F", effect: "read", input: z.object({}), execute: () => "rain" });
`;
const SCRIPT = `import type { HandContext } from "hands";
export default async function run(hand: HandContext) { return String(await hand.tool("foretell", {})); }
`;

test("a hand from an archive shows what it may do, runs nothing before it is trusted, and asks again when it changes", {
  timeout: 120_000,
}, async () => {
  const project = await createCliProject();
  const mark = join(project.dir, "mark");
  const hands = (...args: readonly string[]) => project.hands(args, { env: { MARK: mark, ORACLE_KEY: "x" } });
  await writeFile(
    join(project.dir, "oracle-1.0.tar.gz"),
    makeTarGz([
      { path: "oracle-1.0/HAND.toml", content: MANIFEST },
      { path: "oracle-1.0/hand.ts", content: SCRIPT },
      { path: "oracle-1.0/tools/foretell.ts", content: TOOL },
    ]),
  );

  const unsure = await hands("install", "oracle-1.0.tar.gz");
  expect([unsure.exitCode, unsure.stdout]).toEqual([2, ""]);
  for (const shown of [
    "Look at things and change nothing: web_fetch",
    "To call shell (destructive): Run a program",
    "its own tools (tools/*.ts)",
    "unless `unattended` lists it (file_*)",
    "api.example.com",
    "ORACLE_KEY",
    "Its own code (hand.ts and tools/*.ts) is trusted",
  ])
    expect(unsure.stderr.replace(/\s+/g, " ")).toContain(shown);
  for (const hidden of ["\u001b[2J", "\u202E"]) expect(unsure.stderr).not.toContain(hidden);
  expect(await readdir(join(project.dir, "hands"))).toEqual([]);

  const installed = await hands("install", "oracle-1.0.tar.gz", "--yes", "--json");
  expect([installed.exitCode, installed.json()]).toMatchObject([0, { name: "oracle", isTrusted: false }]);
  expect((await hands("run", "oracle")).stderr).toContain("error[hand_broken]");
  expect((await hands("validate", "--code")).stderr).toContain("nobody trusts it yet");
  expect(existsSync(mark), "none of its code was loaded").toBe(false);

  const agent = await project.hands(["trust", "oracle", "--yes"], { env: { HANDS_EXECUTION: "x" } });
  expect(agent.exitCode).toBe(4);
  expect((await hands("trust", "oracle", "--yes")).exitCode).toBe(0);
  const ran = await hands("run", "oracle");
  expect([ran.exitCode, ran.stdout, existsSync(mark)], ran.stderr).toEqual([0, "rain\n", true]);

  await project.write("hands/oracle/tools/foretell.ts", TOOL.replace("rain", "snow"));
  expect((await hands("run", "oracle")).stderr).toContain("differs from what");
  const again = await hands("trust", "oracle", "--yes");
  expect(again.stderr).toContain("changed tools/foretell.ts");
  expect((await hands("uninstall", "oracle")).exitCode).toBe(0);
  expect(existsSync(join(project.dir, "hands/oracle"))).toBe(false);
});

test("every command of docs/installing-hands.md does what it says", async () => {
  const project = await createCliProject({ "downloads/oracle/HAND.toml": '[hand]\nname = "oracle"\n' });
  const page = await readFile(new URL("../../docs/installing-hands.md", import.meta.url), "utf8");
  const lines = (/```sh\n([^`]*)```/.exec(page)?.[1] ?? "").trim().split("\n");
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    const ran = await project.hands(line.split(" ").slice(1));
    expect(ran.exitCode, `${line}: ${ran.stderr}`).toBe(0);
    if (line === "hands list") expect(ran.stderr).toContain("nobody trusts it yet");
  }
});

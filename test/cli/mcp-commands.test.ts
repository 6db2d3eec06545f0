import { resolve } from "node:path";
import { expect, test } from "vitest";
import { createCliProject } from "./cli-project.ts";

const SERVER = resolve("test/support/mcp-server.mjs");
const TOOLS = JSON.stringify([{ name: "read_note", inputSchema: { type: "object" } }]);

test("doctor starts the project's servers; validate says `unchecked` until --code asks them, then what matches nothing", async () => {
  const project = await createCliProject({ "tools.json": TOOLS });
  const command = JSON.stringify([process.execPath, SERVER, `${project.dir}/tools.json`]);
  const hand = (gate: string) =>
    `[hand]\nname = "reader"\ndescription = "Reads"\n[tools]\nrequired = ["notes.read_*"]\n[approval_gates]\nx = { description = "x", tools = ["${gate}"] }\n`;
  await project.write(
    "hands.toml",
    `[mcp.notes]\ncommand = ${command}\n[mcp.gone]\ncommand = ["no-such-program"]\n`,
  );
  await project.write("hands/reader/hand.ts", 'export default async () => "ok";\n');
  await project.write("hands/reader/HAND.toml", hand("notes.read_*"));
  const doctor = await project.hands(["doctor", "--json"]);
  const { checks } = doctor.json() as { checks: { name: string; status: string; message: string }[] };
  expect(checks.filter(({ name }) => name.startsWith("mcp."))).toMatchObject([
    { name: "mcp.notes", status: "ok", message: expect.stringContaining("notes.read_note") },
    { name: "mcp.gone", status: "failed", message: expect.stringContaining("no-such-program") },
  ]);
  const plain = await project.hands(["validate"]);
  expect([plain.exitCode, plain.stderr.match(/unchecked\]/g)?.length]).toEqual([0, 2]);
  expect((await project.hands(["validate", "--code", "--strict"])).exitCode).toBe(0);
  await project.write("hands/reader/HAND.toml", hand("notes.write_*"));
  const checked = await project.hands(["validate", "--code"]);
  expect(checked.exitCode).toBe(2);
  expect(checked.stderr).toContain("`notes.write_*` matches no tool");
});

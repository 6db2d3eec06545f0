import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openServerBench } from "../server/server-bench.ts";
import { countChildren } from "./resources.ts";

const rounds = 10 * Number(process.env["HANDS_LOAD"] ?? "1");
const SERVER = path.resolve("test/support/mcp-server.mjs");

/** A script with a server of its own, which starts a process of its own. */
function createHand(toolsPath: string, call: string): Readonly<Record<string, string>> {
  const command = JSON.stringify([process.execPath, SERVER, toolsPath, "family"]);
  return {
    "HAND.toml": `[hand]\ntrigger = "manual"\n[tools]\nunattended = ["test.*"]\n[limits]\ntimeout = "5s"\n[mcp.test]\ncommand = ${command}\n`,
    "hand.ts": `export default async (hand) => { await hand.tool("test.${call}", {}); return "done"; };\n`,
  };
}

test("servers of executions that ended, ran out of time or were cancelled are few, and none outlives the stop", {
  timeout: 3_600_000,
}, async () => {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-load-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const toolsPath = path.join(dir, "tools.json");
  const tools = [{ name: "echo" }, { name: "wait", does: "hang" }];
  writeFileSync(
    toolsPath,
    JSON.stringify(tools.map((tool) => ({ ...tool, inputSchema: { type: "object" } }))),
  );
  const childCount = countChildren();
  const hands = { quick: createHand(toolsPath, "echo"), late: createHand(toolsPath, "wait") };
  const bench = await openServerBench({ hands });
  const start = async (name: string) =>
    (await bench.post(`/api/hands/${name}/trigger`)).json.executionId as string;
  const outcomes: (string | null)[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const quick = await start("quick");
    const late = await start("late");
    if (round % 2 === 0) await bench.post(`/api/executions/${late}/cancel`);
    for (const id of [quick, late]) outcomes.push((await bench.rest(id)).outcome);
  }
  expect(outcomes.filter((outcome) => outcome === "success")).toHaveLength(rounds);
  // For each hand one server with its own process, however many executions there were.
  expect(countChildren() - childCount).toBeLessThanOrEqual(4);
  process.stdout.write(`${JSON.stringify({ outcomes, children: countChildren() - childCount })}\n`);
  await bench.runtime.stop();
  await expect.poll(countChildren, { timeout: 20_000 }).toBe(childCount);
});

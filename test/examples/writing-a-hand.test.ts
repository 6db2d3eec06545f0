import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHandCodeHost } from "../../src/code/index.ts";
import { silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import { checkGateCoverage, loadHandFolder } from "../../src/manifest/index.ts";
import type { ModelRequest } from "../../src/models/index.ts";
import { createBuiltinTools } from "../../src/tools/index.ts";
import { pickEnvironment } from "../support/child-environment.ts";
import type { RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";

/** The hands that the guide writes: files by path, in folders by name. Blocks that are a file say which: "```ts hello/hand.ts". */
async function readGuide(): Promise<Map<string, Record<string, string>>> {
  const text = await readFile(new URL("../../docs/writing-a-hand.md", import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)];
  const unnamed = blocks.filter(([, language, path]) => language !== "sh" && path === undefined);
  expect(unnamed, "blocks that no test looks at").toEqual([]);
  const hands = new Map<string, Record<string, string>>();
  for (const [, , path, content = ""] of blocks) {
    if (path === undefined) continue;
    const [name = "", ...rest] = path.split("/");
    hands.set(name, { ...hands.get(name), [rest.join("/")]: content });
  }
  return hands;
}

const guide = await readGuide();

async function openGuide(name: string, options: RunnerBenchOptions = {}) {
  const bench = await openRunnerBench(options);
  bench.writeHand(name, guide.get(name) ?? {});
  return bench;
}

test("the guide writes six hands", () => {
  expect([...guide.keys()].sort()).toEqual(["choosing", "disk-note", "janitor", "output", "tide", "weather"]);
});

test.each([...guide.keys()])("%s loads with its code, and without a diagnostic", async (name) => {
  const bench = await openGuide(name);
  const dir = join(bench.dir, "hands", name);
  const { hand, diagnostics } = await loadHandFolder(dir);
  expect(diagnostics).toEqual([]);
  if (hand === undefined) throw new Error("it did not load");
  const host = createHandCodeHost({
    clock: systemClock,
    logger: silentLogger,
    environment: pickEnvironment(),
  });
  onTestFinished(() => host.stop());
  const { scriptPath, toolPaths } = hand;
  const code = await host.load({ handName: name, hash: dir, dir, scriptPath, toolPaths, confinement: null });
  const builtin = createBuiltinTools({
    programVersion: "test",
    clock: systemClock,
    random: systemRandom,
    environment: {},
  });
  const tools = [...builtin, ...code.tools].map(({ descriptor }) => descriptor);
  expect(checkGateCoverage(hand, { tools, isComplete: true })).toEqual([]);
});

test("disk-note says nothing below the threshold, and names the disk above it", async () => {
  const bench = await openGuide("disk-note");
  expect(await bench.run("disk-note", { parameters: { full_percent: 101 } })).toMatchObject({
    outcome: "success",
    output: "",
  });
  expect((await bench.run("disk-note", { parameters: { full_percent: 0 } })).output).toMatch(
    /^- \/ is [\d.]+ % full$/,
  );
});

test("tide goes on after its wait with the values of before, and reads the system once", async () => {
  const bench = await openGuide("tide");
  const waiting = await bench.run("tide");
  expect(waiting).toMatchObject({ status: "waiting", reason: "sleep" });
  const [id] = (await bench.steps(waiting.id)).filter(({ name }) => name === "uuid");
  await bench.runner.start();
  await expect.poll(async () => (await bench.runner.getExecution(waiting.id)).status).toBe("ended");
  const ended = await bench.runner.getExecution(waiting.id);
  expect(ended).toMatchObject({ outcome: "success", attempt: 2 });
  expect(ended.output).toMatch(/^[0-9a-f-]{36} on \S+ at \d{4}-/);
  expect(ended.output).toContain(JSON.parse(id?.result_json ?? '"no id"'));
  const steps = await bench.steps(waiting.id);
  expect(steps.filter(({ kind }) => kind === "tool")).toMatchObject([{ status: "done", attempt: 1 }]);
});

/** A janitor with something to delete. */
async function openJanitor() {
  const bench = await openGuide("janitor");
  expect(await bench.run("janitor")).toMatchObject({ outcome: "success", output: "" });
  const workspace = join(bench.dir, "data", "workspaces", "janitor");
  for (const name of ["a.tmp", "b.tmp", "keep.txt"]) await writeFile(join(workspace, name), name);
  expect(await bench.run("janitor")).toMatchObject({ outcome: "approval_pending" });
  const [approval] = await bench.approvals("pending");
  if (approval === undefined) throw new Error("nothing waits");
  expect(JSON.parse(approval.args_json ?? "")).toEqual({ paths: ["a.tmp", "b.tmp"] });
  return { bench, approval, list: async () => (await readdir(workspace)).sort(), workspace };
}

test("janitor deletes what was approved, also what was edited, and nothing else", async () => {
  const { bench, approval, list } = await openJanitor();
  await bench.approve(approval.id, { decision: { kind: "approve", args: { paths: ["b.tmp"] } } });
  expect(await bench.runner.continueAfterApproval(approval.id)).toMatchObject({
    outcome: "success",
    output: "Deleted 1 files.",
  });
  expect(await list()).toEqual(["a.tmp", "keep.txt"]);
});

test("janitor takes a no, and asks again when a file has changed since", async () => {
  const { bench, approval, list, workspace } = await openJanitor();
  await writeFile(join(workspace, "a.tmp"), "now it matters");
  await bench.approve(approval.id);
  expect(await bench.runner.continueAfterApproval(approval.id)).toMatchObject({
    outcome: "approval_pending",
  });
  expect(await list()).toContain("a.tmp");
  const [again] = await bench.approvals("pending");
  await bench.reject(again?.id ?? "", "not this week");
  const ended = await bench.runner.continueAfterApproval(again?.id ?? "");
  expect(ended).toMatchObject({ outcome: "success" });
  expect(ended?.output).toMatch(/^Nothing deleted\. .*not this week/);
  expect(await list()).toEqual(["a.tmp", "b.tmp", "keep.txt"]);
});

test("choosing is given the edited answer, and takes a no as an answer", async () => {
  const bench = await openGuide("choosing");
  for (const [edit, output] of [
    [{ room: "Red", seats: 4 }, "ann chose Red."],
    [null, "No room. too early"],
  ] as const) {
    await bench.run("choosing");
    const [approval] = await bench.approvals("pending");
    const id = approval?.id ?? "";
    if (edit === null) await bench.reject(id, "too early");
    else await bench.approve(id, { decision: { kind: "approve", args: edit } });
    expect(await bench.runner.continueAfterApproval(id)).toMatchObject({ outcome: "success", output });
  }
});

test("output is JSON, in the record and in the folder", async () => {
  const bench = await openGuide("output");
  const ended = await bench.run("output");
  expect(JSON.parse(ended.output)).toEqual({ answer: 42 });
  const [file = ""] = await readdir(join(bench.dir, "data", "numbers"));
  expect(JSON.parse(await readFile(join(bench.dir, "data", "numbers", file), "utf8"))).toEqual({
    answer: 42,
  });
});

test("weather gives its model a prompt of all its parts, and its tool refuses without a key", async () => {
  const asked: ModelRequest[] = [];
  const bench = await openGuide("weather", {
    replies: (request, callNumber) => {
      asked.push(request);
      return callNumber === 1
        ? { toolCalls: [{ name: "forecast", args: { city: "Lisbon" } }] }
        : { text: "The service failed." };
    },
  });
  expect(await bench.run("weather")).toMatchObject({ outcome: "success", output: "The service failed." });
  const system = asked[0]?.system ?? "";
  expect(system).toContain("take an umbrella tomorrow");
  expect(system).toContain('- city: "Lisbon"');
  expect(system).toContain("Write degrees as 21 °C");
  expect(system).toContain("- storms: What to say");
  expect(system).not.toContain("WARNING");
  expect(asked[0]?.tools.map(({ name }) => name).sort()).toEqual(["forecast", "read_skill"]);
  expect(JSON.stringify(asked[1]?.messages.at(-1))).toContain("WEATHER_KEY has no value");
});

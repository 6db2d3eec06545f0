import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createToolNames } from "../../src/models/tool-names.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, manifest, scriptHand } from "../support/simple-hands.ts";
import { openMcpBench, referenceServer } from "./mcp-bench.ts";

const UNATTENDED = '[tools]\nunattended = ["test.*"]\n';
const call = (name: string, args: object = {}) =>
  `await hand.tool(${JSON.stringify(name)}, ${JSON.stringify(args)})`;

test("a script uses the three reference servers: files of its workspace alone, a memory, content of every kind", async () => {
  const bench = await openRunnerBench();
  const servers = [
    `[mcp.files]\ncommand = ${referenceServer("filesystem", "{workspace}")}`,
    `[mcp.everything]\ncommand = ${referenceServer("everything")}`,
    `[mcp.memory]\ncommand = ${referenceServer("memory")}\nenv = { MEMORY_FILE_PATH = "{workspace}/memory.jsonl" }`,
  ].join("\n");
  const body = `
    ${call("files.write_file", { path: "a.txt", content: "hello" })};
    ${call("memory.create_entities", { entities: [{ name: "ann", entityType: "person", observations: ["tall"] }] })};
    return JSON.stringify({
      read: ${call("files.read_text_file", { path: "a.txt" })},
      outside: ${call("files.read_text_file", { path: "/etc/passwd" })},
      sum: ${call("everything.get-sum", { a: 2, b: 40 })},
      image: ${call("everything.get-tiny-image")},
      structured: ${call("everything.get-structured-content", { location: "Chicago" })},
      resource: ${call("everything.get-resource-reference", { resourceType: "Text", resourceId: 1 })},
      graph: ${call("memory.read_graph")},
    });`;
  const more = `[tools]\nunattended = ["files.*", "everything.*", "memory.*"]\n${servers}\n`;
  bench.writeHand("user", scriptHand("user", body, { more }));
  const ended = await bench.run("user");
  expect(ended).toMatchObject({ outcome: "success", error: null });
  const output = JSON.parse(ended.output);
  expect(output.read).toEqual({ text: "hello" });
  expect(output.outside).toMatchObject({
    isError: true,
    text: expect.stringContaining("outside allowed directories"),
  });
  expect(output.sum.text).toContain("42");
  expect(output.image.content).toMatchObject([{ type: "image", mimeType: "image/png" }]);
  expect(output.structured).toEqual({
    structured: expect.objectContaining({ humidity: expect.any(Number) }),
  });
  expect(output.resource.content).toMatchObject([{ type: "resource", mimeType: "text/plain" }]);
  expect(output.graph.structured.entities).toMatchObject([{ name: "ann" }]);
  const steps = await bench.steps(ended.id);
  expect(steps.every((step) => step.is_untrusted === 1 && step.effect === "destructive")).toBe(true);
});

test("a model's hand calls a reference server's tool after a human allowed it", async () => {
  const bench = await openRunnerBench({
    replies: callOnce({ name: "files.write_file", args: { path: "note.txt", content: "from a model" } }),
  });
  const more = `[mcp.files]\ncommand = ${referenceServer("filesystem", "{workspace}")}\n[approval_gates]\nwriting = { description = "Write", tools = ["files.write_*"] }\n`;
  bench.writeHand("writer", { "HAND.toml": manifest("writer", more), "SYSTEM.md": "Write." });
  expect(await bench.run("writer")).toMatchObject({ status: "waiting", reason: "approval" });
  const [approval] = await bench.approvals("pending");
  expect(JSON.parse(approval?.gates_json ?? "")).toEqual(["writing"]);
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success" });
  expect(readFileSync(path.join(bench.dir, "data/workspaces/writer/note.txt"), "utf8")).toBe("from a model");
  const offered = bench.model.requests[0]?.tools.map((tool) => tool.name) ?? [];
  const names = createToolNames(offered);
  expect(offered.map((name) => names.toWire(name))).toContain("files__write_file");
});

test("a reference server is killed in the middle of a call: the call is unknown, is answered, and the next one has a new server", async () => {
  const bench = await openRunnerBench();
  const [program, file] = JSON.parse(referenceServer("everything")) as string[];
  const command = JSON.stringify(["sh", "-c", `echo $$ > pid; exec ${program} ${file}`]);
  const body = `
    const long = await hand.tool("everything.trigger-long-running-operation", { duration: 600, steps: 2 });
    return JSON.stringify([long, ${call("everything.echo", { message: "again" })}]);`;
  const more = `[tools]\nunattended = ["everything.*"]\n[mcp.everything]\ncommand = ${command}\n`;
  bench.writeHand("user", scriptHand("user", body, { more }));
  const pidFile = path.join(bench.dir, "data/workspaces/user/pid");
  const running = bench.run("user");
  await expect.poll(async () => (await bench.executions("user"))[0]?.id).toBeDefined();
  const [execution] = await bench.executions("user");
  await expect.poll(async () => (await bench.steps(execution?.id ?? "")).length).toBe(1);
  process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
  expect(await running).toMatchObject({ status: "waiting", reason: "unknown" });
  const [question] = await bench.approvals("pending");
  expect(question).toMatchObject({ kind: "unknown", tool: "everything.trigger-long-running-operation" });
  expect(question?.description).toContain("SIGKILL");
  const answer = { approvalId: question?.id ?? "", by: "ann", via: "cli", note: null } as const;
  await bench.runner.answer({ ...answer, answer: "happened", result: "it was done" });
  const ended = await bench.runner.continueAfterApproval(question?.id ?? "");
  expect(ended).toMatchObject({ outcome: "success" });
  expect(JSON.parse(ended?.output ?? "")).toEqual(["it was done", { text: "Echo: again" }]);
});

test("a tool that was changed after it was approved is asked about again, and is not called before", async () => {
  const bench = await openMcpBench([{ name: "pay", description: "Pays a little" }]);
  bench.writeHand(
    "payer",
    scriptHand("payer", `return ${call("test.pay", { amount: 1 })};`, { more: bench.table }),
  );
  expect(await bench.run("payer")).toMatchObject({ status: "waiting" });
  bench.setTools([{ name: "pay", description: "Pays a lot" }]);
  expect(await bench.decideNext("approve")).toMatchObject({ status: "waiting", reason: "approval" });
  expect(bench.readLog().filter((line) => line.startsWith("call"))).toEqual([]);
  const [again] = await bench.approvals("pending");
  expect(JSON.parse(again?.context_json ?? "")).toMatchObject({ askedAgainBecause: ["tool_version"] });
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success" });
  expect(bench.readLog().filter((line) => line.startsWith("call"))).toHaveLength(1);
});

const CLAIMS = [
  { name: "look", annotations: { readOnlyHint: true } },
  { name: "add", annotations: { destructiveHint: false, idempotentHint: true } },
  { name: "drop", annotations: {} },
];

test("what an untrusted server claims of its tools counts for nothing: what it calls reading asks", async () => {
  const bench = await openMcpBench(CLAIMS);
  bench.writeHand("reader", scriptHand("reader", `return ${call("test.look")};`, { more: bench.table }));
  expect(await bench.run("reader")).toMatchObject({ status: "waiting", reason: "approval" });
  expect(await bench.approvals("pending")).toMatchObject([{ tool: "test.look", effect: "destructive" }]);
});

test("a server of the project that the operator trusts is believed, by hands that name its tools", async () => {
  const bench = await openMcpBench(CLAIMS, { isShared: true, isTrusted: true });
  const more = '[tools]\nrequired = ["test.look"]\noptional = ["test.d*"]\n';
  bench.writeHand("reader", scriptHand("reader", `return JSON.stringify(${call("test.look")});`, { more }));
  const ended = await bench.run("reader");
  expect(ended).toMatchObject({ outcome: "success" });
  const [running] = bench.parts.mcp.listRunning("reader");
  const effects = running?.tools.map(({ descriptor: { name, effect, isIdempotent } }) => [
    name,
    effect,
    isIdempotent,
  ]);
  expect(effects).toEqual([
    ["test.look", "read", true],
    ["test.add", "write", true],
    ["test.drop", "destructive", false],
  ]);
  bench.writeHand("adder", scriptHand("adder", `return ${call("test.add")};`, { more }));
  expect(await bench.run("adder")).toMatchObject({ outcome: "failure" });
  bench.writeHand("stranger", scriptHand("stranger", `return ${call("test.look")};`));
  expect((await bench.run("stranger")).error).toContain('no tool "test.look"');
});

test("a hand cannot put a server of its own in the place of a project's", async () => {
  const bench = await openMcpBench(CLAIMS, { isShared: true, isTrusted: true });
  bench.writeHand("thief", scriptHand("thief", `return ${call("test.look")};`, { more: bench.table }));
  expect(await bench.run("thief")).toMatchObject({ outcome: "failure", error_code: "hand_broken" });
  expect(bench.readLog()).toEqual([]);
});

test("a name of a hundred characters is called by it, gated by it, and has a short one for models", async () => {
  const long = `find_${"very_".repeat(19)}`;
  expect(long).toHaveLength(100);
  const bench = await openMcpBench([{ name: long }]);
  bench.writeHand(
    "caller",
    scriptHand("caller", `return JSON.stringify(${call(`test.${long}`, { a: 1 })});`, {
      more: `${UNATTENDED}${bench.table}`,
    }),
  );
  expect((await bench.run("caller")).output).toContain(`${long} {\\"a\\":1}`);
  const names = createToolNames([`test.${long}`]);
  expect(names.toWire(`test.${long}`)).toMatch(/^test__find_[a-z0-9_]{53}$/);
});

test.each([
  ["hangs in its first answer", "mute", "did not answer within 0.3 s"],
  ["fails at its start", "fails", "ended with exit code 3. Its last words: cannot find the licence file"],
])(
  "a server that %s ends the execution with its name, its command and its words",
  async (_what, behaviour, why) => {
    const bench = await openMcpBench([{ name: "pay" }], { behaviours: [behaviour] });
    const more = `${bench.table}connect_timeout = "300ms"\n`;
    bench.writeHand("payer", scriptHand("payer", 'return "ran";', { more }));
    const ended = await bench.run("payer");
    expect(ended).toMatchObject({ outcome: "failure", error_code: "mcp_failed" });
    expect(ended.error).toContain("the MCP server test");
    expect(ended.error).toContain("mcp-server.mjs");
    expect(ended.error).toContain(why);
    bench.writeHand(
      "payer",
      scriptHand("payer", 'return "ran";', { more: `[tools]\noptional = ["test.*"]\n${more}` }),
    );
    expect(await bench.run("payer")).toMatchObject({ outcome: "success", output: "ran" });
  },
);

test("a program that is not there is said to be so", async () => {
  const bench = await openRunnerBench();
  bench.writeHand(
    "payer",
    scriptHand("payer", 'return "ran";', { more: '[mcp.x]\ncommand = ["no-such-program"]\n' }),
  );
  const ended = await bench.run("payer");
  expect(ended).toMatchObject({
    error_code: "mcp_failed",
    error: expect.stringContaining("no-such-program ENOENT"),
  });
});

test("words on stdout that are no messages do no harm", async () => {
  const bench = await openMcpBench([{ name: "echo" }], { behaviours: ["noise"] });
  const more = `${UNATTENDED}${bench.table}`;
  bench.writeHand("caller", scriptHand("caller", `return JSON.stringify(${call("test.echo")});`, { more }));
  expect(await bench.run("caller")).toMatchObject({ outcome: "success", output: '{"text":"echo {}"}' });
});

test("an answer of 50 MB is left out and said to be, and the server goes on", async () => {
  const bench = await openMcpBench([{ name: "big", does: "big" }]);
  const body = `const kinds = [];
    for (const byteLength of [50_000_000, 2_000_000, 10]) kinds.push(await hand.tool("test.big", { byteLength }));
    return JSON.stringify(kinds);`;
  bench.writeHand("caller", scriptHand("caller", body, { more: `${UNATTENDED}${bench.table}` }));
  const ended = await bench.run("caller");
  const [huge, large, small] = JSON.parse(ended.output);
  expect(huge.text).toMatch(/^\[left out: the server's answer has 500000\d\d bytes/);
  expect(large).toMatchObject({ truncated: true });
  expect(small).toEqual({ text: "xxxxxxxxxx" });
  expect(bench.readLog().filter((line) => line.startsWith("start"))).toHaveLength(1);
});

test("a tool's own failure is a result to read; a refusal of the server, and arguments that do not fit, are failed calls", async () => {
  const inputSchema = {
    type: "object",
    properties: { n: { type: "integer", pattern: "(a+)+$" } },
    required: ["n"],
  };
  const bench = await openMcpBench([
    { name: "fails", does: "fail" },
    { name: "refuses", does: "refuse" },
    { name: "strict", inputSchema },
  ]);
  const body = `const said = [];
    for (const [name, args] of [["fails", {}], ["refuses", {}], ["strict", { n: "one" }], ["strict", { n: 1 }]]) {
      said.push(await hand.tool("test." + name, args).catch((error) => error.message));
    }
    return JSON.stringify(said);`;
  bench.writeHand("caller", scriptHand("caller", body, { more: `${UNATTENDED}${bench.table}` }));
  const ended = await bench.run("caller");
  const [failed, refused, misfit, fit] = JSON.parse(ended.output);
  expect(failed).toEqual({ isError: true, text: "it did not work" });
  expect(refused).toContain("no such thing");
  expect(misfit).toContain("integer");
  expect(fit).toEqual({ text: 'strict {"n":1}' });
  expect(bench.readLog().filter((line) => line.startsWith("call strict"))).toHaveLength(1);
});

test.each([
  ["a gate", '[approval_gates]\nx = { description = "x", tools = ["test.wrote_*"] }\n'],
  ["a glob in unattended", '[tools]\nunattended = ["test.wrote_*"]\n'],
  ["a required tool", '[tools]\nrequired = ["test.wrote_file"]\n'],
])("%s that matches nothing of what a server offers keeps the hand from running", async (_what, table) => {
  const bench = await openMcpBench([{ name: "write_file" }]);
  bench.writeHand(
    "writer",
    scriptHand("writer", 'await hand.step("x", () => 1); return "ran";', { more: `${table}${bench.table}` }),
  );
  const ended = await bench.run("writer");
  expect(ended).toMatchObject({ outcome: "failure", error: expect.stringContaining("test.wrote_") });
  expect(await bench.steps(ended.id)).toEqual([]);
});

test("tools that change while the hand runs are followed; where a gate would cover nothing any more, they are taken away", async () => {
  const tool = (name: string) => ({ name, inputSchema: { type: "object" } });
  const change = { ...tool("change"), does: "change" } as const;
  const bench = await openMcpBench([change, { name: "write_a" }]);
  const lists = [
    [change, tool("write_b")],
    [change, tool("other")],
  ];
  const body = `const said = [];
    for (const [name, args] of [["write_b"], ["change", { tools: lists[0] }], ["write_b"], ["change", { tools: lists[1] }], ["other"]]) {
      said.push(await hand.tool("test." + name, args ?? {}).then((result) => result.text, (error) => error.code));
    }
    return JSON.stringify(said);`;
  const gate = '[approval_gates]\nw = { description = "Write", tools = ["test.write_*"], when = "false" }\n';
  const files = scriptHand("writer", `const lists = ${JSON.stringify(lists)};\n${body}`, {
    more: `${UNATTENDED}${gate}${bench.table}`,
  });
  bench.writeHand("writer", files);
  const ended = await bench.run("writer");
  expect(JSON.parse(ended.output)).toEqual([
    "tool_not_found",
    "changed",
    "write_b {}",
    "changed",
    "tool_not_found",
  ]);
  expect(bench.readLog().filter((line) => line.includes("other {}"))).toEqual([]);
});

test("a server gets a minimal environment: what its table names, and the mark that keeps it from deciding", async () => {
  process.env["CANARY_OF_THE_PARENT"] = "must-not-be-seen";
  const bench = await openMcpBench([{ name: "environment", does: "environment" }], {
    readSecrets: (names) => (names.includes("API_KEY") ? { API_KEY: "s3cret-value" } : {}),
  });
  const more = `${UNATTENDED}[secrets]\nnames = ["API_KEY"]\n${bench.table}env = { MODE = "fast", HANDS_EXECUTION = "", KEY = { secret = "API_KEY", prefix = "k-" } }\n`;
  const body = `const { text } = ${call("test.environment")};
    const { PATH, HOME, SHELL, TERM, KEY, ...rest } = JSON.parse(text);
    return JSON.stringify({ rest, hasKey: KEY === "k-s3cret-value" });`;
  bench.writeHand("looker", scriptHand("looker", body, { more }));
  const ended = await bench.run("looker");
  expect(JSON.parse(ended.output)).toEqual({
    rest: { MODE: "fast", HANDS_EXECUTION: "mcp:looker" },
    hasKey: true,
  });
});

test("a hand that demands a sandbox starts no server of its own, which would run outside of it", async () => {
  const bench = await openMcpBench([{ name: "look" }], {
    sandbox: {
      check: () => ({ isAvailable: true, program: "/bin/true", version: "test" }),
      open: () => (program) => program,
    },
  });
  const more = `${bench.table}[sandbox]\nenabled = true\n`;
  bench.writeHand("confined", { "HAND.toml": manifest("confined", more), "SYSTEM.md": "Look." });
  const ended = await bench.run("confined");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "hand_broken" });
  expect(ended.error).toContain("its MCP server test would run outside of it");
  expect(bench.readLog()).toEqual([]);
});

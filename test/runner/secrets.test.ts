import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { createChannelSet } from "../../src/channels/index.ts";
import { createRedactor, HandsError } from "../../src/core/index.ts";
import type { RunnerBench } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, manifest, modelHand, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const CANARY = 'canary/kéy+"7f3a"=';
const FORMS = [
  CANARY,
  encodeURIComponent(CANARY),
  JSON.stringify(CANARY).slice(1, -1),
  Buffer.from(CANARY).toString("base64"),
];

/** Every text of every table, as it stands in the database. */
function readWholeStore(bench: RunnerBench): string {
  const database = new Database(bench.db, { readonly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .pluck()
      .all() as string[];
    expect(tables).toContain("execution_steps");
    return tables
      .filter((table) => table !== "hand_versions")
      .map((table) => JSON.stringify(database.prepare(`SELECT * FROM "${table}"`).all()))
      .join("\n");
  } finally {
    database.close();
  }
}

function expectNoCanary(text: string): void {
  for (const form of FORMS) {
    expect(text).not.toContain(form);
    expect(text).not.toContain(JSON.stringify(form).slice(1, -1));
  }
}

function openLogged() {
  const logged: string[] = [];
  const log = (message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  return { logged, logger: { debug: log, info: log, warn: log, error: log } };
}

test("a secret in arguments, results, errors, replies and logs of a model's hand reaches neither store, events, prompt nor log", async () => {
  const { logged, logger } = openLogged();
  const leak = createStepTool("leak", {
    run: async (_args, context) => {
      context.log(`using ${CANARY}`);
      await context.memory.set("kept", { token: CANARY });
      return {
        token: CANARY,
        url: `https://x/?k=${encodeURIComponent(CANARY)}`,
        [CANARY]: [Buffer.from(CANARY).toString("base64")],
      };
    },
  });
  const fail = createStepTool("fail", { run: () => Promise.reject(new Error(`401 for ${CANARY}`)) });
  const hang = createStepTool("hang", {
    run: () => Promise.reject(Object.assign(new Error(`reset ${CANARY}`), { code: "ECONNRESET" })),
  });
  const bench = await openRunnerBench({
    logger,
    redactor: createRedactor([CANARY]),
    extraTools: [leak, fail, hang],
    replies: callOnce(
      { name: "leak", args: { password: CANARY } },
      { name: "fail", args: {} },
      { name: "leak", args: `not an object: ${CANARY}` },
      { name: `no_${"x"}`, args: { password: CANARY } },
      { name: "hang", args: {} },
    ),
  });
  bench.writeHand(
    "leaky",
    modelHand("leaky", ["leak", "fail", "hang"], `[parameters]\nhint = ${JSON.stringify(CANARY)}\n`),
  );
  const waiting = await bench.run("leaky", { input: { secret: CANARY } });
  expect(waiting.reason).toBe("unknown");
  const [question] = await bench.approvals("pending");
  await bench.runner.answer({
    approvalId: question?.id ?? "",
    answer: "skip",
    by: "ann",
    via: "cli",
    note: null,
  });
  const ended = await bench.runner.runHere(waiting.id);
  expect(ended.outcome).toBe("success");
  expect(ended.output).toContain("[redacted]");
  expect(leak.calls).toHaveLength(1);
  expect(logged.length).toBeGreaterThan(0);
  expectNoCanary(readWholeStore(bench));
  expectNoCanary(logged.join("\n"));
  for (const request of bench.model.requests) expectNoCanary(JSON.stringify(request));
});

test.each([
  ["an error", `throw new Error("bad key " + hand.parameters.k);`],
  ["an output that is to be JSON and is none", `return "no json: " + hand.parameters.k;`],
  [
    "a request and its arguments",
    `await hand.approve("publish", "with " + hand.parameters.k, { key: hand.parameters.k });`,
  ],
  [
    "a question",
    `await hand.ask("what is " + hand.parameters.k, { system: hand.parameters.k }); return "x";`,
  ],
  ["a log line", `hand.log.info("key " + hand.parameters.k, { key: hand.parameters.k }); return 1;`],
  ["a step", `return await hand.step("read", () => ({ key: hand.parameters.k }));`],
  ["a failing step", `await hand.step("read", () => { throw new Error(hand.parameters.k); });`],
])("a secret that a script puts into %s is not kept", async (_what, body) => {
  const { logged, logger } = openLogged();
  const bench = await openRunnerBench({
    logger,
    redactor: createRedactor([CANARY]),
    replies: () => ({ text: `it is ${CANARY}` }),
  });
  const decoded = Buffer.from(CANARY).toString("hex");
  bench.writeHand("leaky", {
    ...scriptHand(
      "leaky",
      `hand = { ...hand, parameters: { k: Buffer.from("${decoded}", "hex").toString() } };\n${body}`,
    ),
    "HAND.toml": manifest(
      "leaky",
      '[output]\nformat = "json"\n[approval_gates]\npublish = { description = "Publish" }\n',
    ),
  });
  const after = await bench.run("leaky");
  expect(["ended", "waiting"]).toContain(after.status);
  expectNoCanary(readWholeStore(bench));
  expectNoCanary(logged.join("\n"));
  for (const request of bench.model.requests) expectNoCanary(JSON.stringify(request));
});

test("a secret in what a channel fails with is not kept", async () => {
  const channel = {
    name: "news",
    destination: "news://first",
    deliver: () => Promise.reject(new HandsError("delivery_failed", `401 for ${CANARY}`)),
  };
  const bench = await openRunnerBench({
    redactor: createRedactor([CANARY]),
    channels: createChannelSet([channel]),
  });
  bench.writeHand("leaky", scriptHand("leaky", 'return "x";', { more: '[output]\nchannel = "news"\n' }));
  const ended = await bench.run("leaky");
  expect(await bench.deliveries(ended.id)).toMatchObject([{ error: "401 for [redacted]" }]);
  expectNoCanary(readWholeStore(bench));
});

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCliProject } from "./cli-project.ts";
import { runHere } from "./run-here.ts";
import { FAILING, PAYER } from "./sample-hands.ts";

interface Dry {
  readonly outcome: string | null;
  readonly output: string;
  readonly error: { readonly code: string } | null;
  readonly effects: readonly Record<string, unknown>[];
}

async function runDry(dir: string, name: string, ...more: readonly string[]) {
  const ran = await runHere(dir, ["run", name, "--dry-run", "--json", ...more]);
  return { ...ran, dry: ran.json() as Dry };
}

test("a dry run shows what would be asked for with its exact arguments, does nothing of it, and is not in the record", async () => {
  const project = await createCliProject(PAYER);
  const { exitCode, dry, stderr } = await runDry(project.dir, "payer");
  expect([exitCode, dry.outcome]).toEqual([0, "success"]);
  expect(dry.effects).toEqual([
    {
      kind: "call",
      name: "send_payment",
      effect: "destructive",
      args: { amount: 5 },
      decision: "asks",
      gate: "pay",
      description: "Pay an invoice",
      autoApproveAfter: null,
      expiresAfter: 604_800,
    },
  ]);
  expect(stderr).toContain("Nothing was changed, and nothing is in the record.");
  expect(existsSync(join(project.dir, "data/hands.db"))).toBe(false);
  expect(existsSync(join(project.dir, "data/workspaces/payer/paid.txt"))).toBe(false);
  const plain = await runHere(project.dir, ["run", "payer", "--dry-run"]);
  expect(plain.stdout).toBe("paid undefined\n");
  expect(plain.stderr).toMatch(
    /would ask send_payment \(destructive\): Pay an invoice \(gate pay; without an answer no, after 7d\)\n +\{\n +"amount": 5/,
  );
});

const CLERK = {
  "hands.toml": '[policy]\ndeny = ["http_request"]\n',
  "hands/clerk/HAND.toml": `[hand]
description = "Does a bit of everything"
enabled = false
trigger = "manual"
[tools]
required = ["memory_get", "memory_set", "file_write", "file_list", "http_request"]
[output]
file_drop = "out/"
[approval_gates]
sign = { action = "sign", description = "Sign it", auto_approve_after = 60 }
`,
  "hands/clerk/hand.ts": `import { writeFileSync } from "node:fs";
import type { HandContext } from "hands";
export default async function run(hand: HandContext) {
  const before = await hand.tool<{ value: unknown }>("memory_get", { key: "count" });
  await hand.tool("memory_set", { key: "count", value: 8 });
  const after = await hand.tool<{ value: unknown }>("memory_get", { key: "count" });
  await hand.tool("file_write", { path: "note.txt", content: "hello" });
  const seen = await hand.tool<{ entries: readonly unknown[] }>("file_list", {});
  const read = await hand.step("look", () => 41 + 1, { effect: "read" });
  const wrote = await hand.step("write", () => { writeFileSync("FILE", "x"); return "written"; }, { effect: "write" });
  await hand.sleep("30d");
  const { approved } = await hand.approve("sign", "Sign it now", { page: 3 });
  const refused = await hand.tool("http_request", { method: "POST", url: "https://example.org/" }).then(() => "done", () => "refused");
  return JSON.stringify({ before: before.value, after: after.value, read, wrote, approved, refused, seen: JSON.stringify(seen).includes("note.txt") });
}
`,
};

test("a dry run reads what is there, keeps its own writes to itself, skips sleeps, and goes on as if all was approved", async () => {
  const project = await createCliProject({
    ...CLERK,
    "hands/counter/HAND.toml": `[hand]\ndescription = "x"\ntrigger = "manual"\n[tools]\nrequired = ["memory_set"]\n`,
    "hands/counter/hand.ts": "export default async () => 1;\n",
  });
  const file = join(project.dir, "written.txt");
  await project.write(
    "hands/clerk/hand.ts",
    (await project.read("hands/clerk/hand.ts")).replace("FILE", file),
  );
  // What it remembers is the record's.
  await runHere(project.dir, ["run", "counter"]);
  const { openStore } = await import("../../src/store/index.ts");
  const { silentLogger, systemClock } = await import("../../src/core/index.ts");
  const store = await openStore({
    db: join(project.dir, "data/hands.db"),
    clock: systemClock,
    logger: silentLogger,
  });
  const memory = () => store.db.selectFrom("hand_memory").select(["key", "value_json"]).execute();
  try {
    await store.transaction((transaction) =>
      transaction.db
        .insertInto("hand_memory")
        .values({ hand_name: "clerk", key: "count", value_json: "7", updated_at: transaction.nowMs })
        .execute(),
    );
    const { dry } = await runDry(project.dir, "clerk");
    expect(dry.error).toBeNull();
    expect(JSON.parse(dry.output)).toEqual({
      before: 7,
      after: 8,
      read: 42,
      wrote: null,
      approved: true,
      refused: "refused",
      seen: false,
    });
    expect(dry.effects.map(({ kind, name, decision, gate }) => [kind, name, decision, gate])).toEqual([
      ["call", "memory_set", "unasked", null],
      ["call", "file_write", "unasked", null],
      ["call", "write", "unasked", null],
      ["action", "sign", "asks", "sign"],
      ["call", "http_request", "refused", null],
      ["delivery", "file", "unasked", null],
    ]);
    expect(dry.effects[3]).toMatchObject({ args: { page: 3 }, autoApproveAfter: 60 });
    expect(dry.effects[5]).toMatchObject({
      args: { destination: join(project.dir, "out"), payload: dry.output },
    });
    expect(await memory()).toEqual([{ key: "count", value_json: "7" }]);
  } finally {
    await store.close();
  }
  expect(existsSync(file)).toBe(false);
  expect(existsSync(join(project.dir, "out"))).toBe(false);
  expect(await readdir(join(project.dir, "data/workspaces/clerk"))).toEqual([]);
  const executions = (await runHere(project.dir, ["executions", "--json"])).json() as readonly object[];
  expect(executions).toHaveLength(1);
  expect((await runHere(project.dir, ["list", "--json"])).json()).toMatchObject([
    { name: "clerk", enabled: false, runCount: 0 },
    { name: "counter", runCount: 1 },
  ]);
});

test("a dry run that fails ends with 5, and one cannot be recorded", async () => {
  const project = await createCliProject(FAILING);
  const { exitCode, dry } = await runDry(project.dir, "failing");
  expect([exitCode, dry.outcome, dry.error?.code]).toEqual([5, "failure", "script_failed"]);
  const recorded = await runHere(project.dir, ["run", "failing", "--dry-run", "--record"]);
  expect([recorded.exitCode, recorded.stdout]).toEqual([2, ""]);
  expect((await runHere(project.dir, ["run", "nobody", "--dry-run"])).stderr).toContain("hand_not_found");
});

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCliProject } from "./cli-project.ts";
import { BROKEN, GREETER, PAYER } from "./sample-hands.ts";

interface Checked {
  readonly ok: boolean;
  readonly hands: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly diagnostics: readonly object[];
  }[];
}

test("list shows every hand, broken ones with their problems, runs nothing and makes no database", async () => {
  const project = await createCliProject({ ...GREETER, ...BROKEN, "hands/greeter/hand.ts": "throw 1;" });
  const ran = await project.hands(["list", "--json"]);
  expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
  const [broken, greeter] = ran.json() as Record<string, unknown>[];
  expect(greeter).toEqual({
    name: "greeter",
    description: "Says hello",
    enabled: true,
    status: "idle",
    schedule: { cron: "0 7 * * 1-5", interval: null, at: null, timezone: "UTC" },
    nextRunAt: null,
    lastRunAt: null,
    runCount: 0,
    successCount: 0,
    failureCount: 0,
    isPaused: false,
    problems: [],
  });
  expect(broken).toMatchObject({
    name: "broken",
    status: "error",
    problems: [{ code: "gate_not_a_table", line: 6 }],
  });
  const table = await project.hands(["list"]);
  expect(table.stdout).toMatch(/broken +error/);
  expect(table.stderr).toContain("HAND.toml:6:11: error[gate_not_a_table]");
  expect(existsSync(join(project.dir, "data"))).toBe(false);
});

test("list of no folder says what to do, and is an empty list", async () => {
  const project = await createCliProject();
  const ran = await project.hands(["list"]);
  expect([ran.exitCode, ran.stdout]).toEqual([0, ""]);
  expect(ran.stderr).toContain("hands new");
  expect((await project.hands(["list", "--json"])).json()).toEqual([]);
});

test("validate gives the contract's JSON, and 2 where something is wrong", async () => {
  const project = await createCliProject({ ...GREETER, ...BROKEN });
  const ran = await project.hands(["validate", "--json"]);
  expect(ran.exitCode).toBe(2);
  const { ok, hands } = ran.json() as Checked;
  expect(ok).toBe(false);
  expect(hands[0]).toEqual({
    name: "broken",
    path: join(project.dir, "hands/broken"),
    dialect: "native",
    ok: false,
    diagnostics: [
      {
        severity: "error",
        code: "gate_not_a_table",
        message: expect.any(String),
        file: join(project.dir, "hands/broken/HAND.toml"),
        line: 6,
        column: 11,
        hint: expect.any(String),
      },
    ],
  });
  expect(hands[1]).toMatchObject({ name: "greeter", ok: true, diagnostics: [] });
});

test("validate takes one hand or its manifest, and nothing to check is no success", async () => {
  const project = await createCliProject({ ...GREETER, ...BROKEN, "empty/README.md": "" });
  expect((await project.hands(["validate", "hands/greeter"])).exitCode).toBe(0);
  expect((await project.hands(["validate", "hands/greeter/HAND.toml"])).exitCode).toBe(0);
  expect((await project.hands(["validate", "hands/broken"])).exitCode).toBe(2);
  const empty = await project.hands(["validate", "empty", "--json"]);
  expect([empty.exitCode, empty.json()]).toEqual([2, { ok: false, hands: [] }]);
  expect((await project.hands(["validate", "nowhere"])).exitCode).toBe(2);
});

test("validate runs no code unless it is told to, and says what it could not check", async () => {
  const project = await createCliProject(PAYER);
  const plain = (await project.hands(["validate", "--json"])).json() as Checked;
  expect(plain).toMatchObject({
    ok: true,
    hands: [{ diagnostics: [{ code: "unchecked" }, { code: "unchecked" }] }],
  });
  expect((await project.hands(["validate", "--strict"])).exitCode).toBe(2);
  expect((await project.hands(["validate", "--strict", "--code"])).exitCode).toBe(0);
  await project.write("hands/payer/tools/send-payment.ts", "export default 5;\n");
  const code = await project.hands(["validate", "--code", "--json"]);
  expect(code.exitCode).toBe(2);
  expect(JSON.stringify(code.json())).toContain("send-payment.ts");
});

test("two hands with one name are both refused", async () => {
  const project = await createCliProject({
    ...GREETER,
    "hands/other/HAND.toml": '[hand]\nname = "greeter"\ndescription = "x"\ntrigger = "manual"\n',
    "hands/other/hand.ts": "export default async () => 1;\n",
  });
  const { hands } = (await project.hands(["validate", "--json"])).json() as Checked;
  expect(hands.map(({ ok }) => ok)).toEqual([false, false]);
  const listed = await project.hands(["list"]);
  expect(listed.stderr).toContain("duplicate_name");
});

test("next prints ISO instants of an expression, by the timezone's own rules", async () => {
  const project = await createCliProject();
  const args = [
    "next",
    "--cron",
    "30 2 * * *",
    "--timezone",
    "Europe/Berlin",
    "--from",
    "2026-03-28T00:00:00Z",
  ];
  const ran = await project.hands([...args, "--count", "2"]);
  expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([
    0,
    "2026-03-28T01:30:00.000Z\n2026-03-29T01:00:00.000Z\n",
    "",
  ]);
  expect((await project.hands([...args, "--count", "1", "--json"])).json()).toEqual([
    "2026-03-28T01:30:00.000Z",
  ]);
});

test("next of a hand, and of all", async () => {
  const project = await createCliProject({ ...GREETER, ...PAYER });
  const from = ["--from", "2026-11-23T00:00:00Z", "--count", "1"];
  expect((await project.hands(["next", "greeter", ...from])).stdout).toBe("2026-11-23T07:00:00.000Z\n");
  expect((await project.hands(["next", ...from, "--json"])).json()).toEqual([
    { handName: "greeter", at: "2026-11-23T07:00:00.000Z" },
  ]);
  const manual = await project.hands(["next", "payer"]);
  expect([manual.exitCode, manual.stdout]).toEqual([0, ""]);
  expect(manual.stderr).toContain("no schedule");
});

test.each([
  [["next", "nobody"], 1, "hand_not_found"],
  [["next", "--cron", "61 * * * *"], 2, "invalid_schedule"],
  [["next", "--cron", "0 0 30 2 *"], 2, "invalid_schedule"],
  [["next", "--cron", "* * * * *", "--timezone", "Mars/Olympus"], 2, "invalid_schedule"],
  [["next", "--cron", "* * * * *", "--from", "tomorrow"], 2, "invalid_argument"],
  [["next", "--timezone", "UTC"], 2, "invalid_argument"],
  [["next", "--cron", "* * * * *", "--count", "0"], 2, "invalid_argument"],
  [["show", "nobody"], 1, "hand_not_found"],
  [["execution", "show", "zzz"], 1, "execution_not_found"],
  [["approve", "zzz"], 1, "approval_not_found"],
  [["backup", "copy.db"], 1, "store_failed"],
])("%j ends with %i and error[%s], as JSON on stdout where asked", async (args, exitCode, code) => {
  const project = await createCliProject(GREETER);
  const plain = await project.hands(args);
  expect([plain.exitCode, plain.stdout]).toEqual([exitCode, ""]);
  expect(plain.stderr).toContain(`error[${code}]: `);
  const json = await project.hands([...args, "--json"]);
  expect(json.exitCode).toBe(exitCode);
  const { error } = json.json() as { error: Record<string, unknown> };
  expect(Object.keys(error)).toEqual(["code", "message", "hint"]);
  expect(error["code"]).toBe(code);
});

test("a configuration that is wrong stops every command with 2, at its place", async () => {
  const project = await createCliProject({ ...GREETER, "hands.toml": "[policy]\nautoapprove = false\n" });
  for (const command of ["list", "validate", "up", "executions"]) {
    const ran = await project.hands([command]);
    expect([ran.exitCode, ran.stdout], command).toEqual([2, ""]);
    expect(ran.stderr).toContain("hands.toml:2:1: error[unknown_key]");
    expect(ran.stderr).toContain("Did you mean `auto_approve`?");
  }
});

test("show says what a hand is and when it is due", async () => {
  const project = await createCliProject({ ...GREETER, ...PAYER });
  const { stdout } = await project.hands(["show", "greeter"]);
  expect(stdout).toContain("every Monday to Friday at 07:00, UTC");
  expect(stdout).toMatch(/due +\d{4}-\d\d-\d\d 07:00:00Z/);
  expect((await project.hands(["show", "payer"])).stdout).toContain(
    "send_payment: Pay an invoice; only a human approves",
  );
  expect((await project.hands(["show", "payer", "--json"])).json()).toMatchObject({
    name: "payer",
    nextFires: [],
    executions: [],
    approvals: [],
    manifest: { approvalGates: [{ key: "pay" }] },
  });
});

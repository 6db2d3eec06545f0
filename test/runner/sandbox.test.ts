import { expect, test } from "vitest";
import { createSandbox } from "../../src/tools/index.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, manifest } from "../support/simple-hands.ts";

const CONFINED = '[tools]\nrequired = ["shell"]\nunattended = ["shell"]\n[sandbox]\nenabled = true\n';

const machine = createSandbox({ environment: { PATH: process.env["PATH"] }, hidden: [] }).check();

const confinedScript = (body: string) => ({
  "HAND.toml": manifest("confined", '[tools]\nrequired = ["memory_set"]\n[sandbox]\nenabled = true\n'),
  "hand.ts": `export default async (hand) => { ${body} };\n`,
});

/** What a machine without bubblewrap has. */
const noSandbox = createSandbox({ environment: { PATH: "/nonexistent" }, hidden: [], platform: "linux" });

test("a hand that demands a sandbox is not run without one: nothing of it happens, and the record says why", async () => {
  const bench = await openRunnerBench({
    sandbox: noSandbox,
    replies: callOnce({ name: "shell", args: { argv: ["touch", "ran"] } }),
  });
  bench.writeHand("confined", { "HAND.toml": manifest("confined", CONFINED), "SYSTEM.md": "Run." });
  const ended = await bench.run("confined");
  expect(ended).toMatchObject({ status: "ended", outcome: "failure", error_code: "hand_broken" });
  expect(ended.error).toContain("no program bwrap on the PATH");
  expect(ended.error).toContain("apt-get install bubblewrap");
  expect(await bench.steps(ended.id)).toEqual([]);
  expect(bench.model.requests).toEqual([]);
});

test("a hand's own code is not run without the sandbox that it demands", async () => {
  const bench = await openRunnerBench({ sandbox: noSandbox });
  bench.writeHand("confined", confinedScript('return "ran";'));
  const ended = await bench.run("confined");
  expect(ended).toMatchObject({ status: "ended", outcome: "failure", error_code: "hand_broken" });
  expect(ended.error).toContain("no program bwrap on the PATH");
});

test.skipIf(!machine.isAvailable)(
  "a hand's own code runs in its sandbox, and calls tools under its gates from there",
  async () => {
    const bench = await openRunnerBench();
    bench.writeHand(
      "confined",
      confinedScript(`
      const { readdirSync } = await import("node:fs");
      const drawn = await hand.step("draw", () => 4);
      await hand.tool("memory_set", { key: "drawn", value: drawn });
      return JSON.stringify({ home: process.env.HOME, drawn, project: readdirSync(${JSON.stringify(bench.dir)}) });`),
    );
    const ended = await bench.run("confined");
    expect(ended.error).toBe(null);
    expect(JSON.parse(ended.output ?? "")).toEqual({ home: "/tmp", drawn: 4, project: ["data"] });
    expect(await bench.store.db.selectFrom("hand_memory").select("value_json").execute()).toEqual([
      { value_json: "4" },
    ]);
  },
);

test("what `shell` starts for such a hand goes through the sandbox, as its manifest says", async () => {
  const started: unknown[] = [];
  const bench = await openRunnerBench({
    sandbox: {
      check: () => ({ isAvailable: true, program: "/bin/true", version: "test" }),
      open: (profile) => (program) => {
        started.push({ profile, argv: program.argv });
        return { ...program, file: "/bin/echo", argv: ["echo", "confined"] };
      },
    },
    replies: callOnce({ name: "shell", args: { argv: ["ls", "-l"] } }),
  });
  const settings = 'network = true\nread = ["/opt"]\nmemory_mb = 64\nprocesses = 5\n';
  bench.writeHand("confined", {
    "HAND.toml": manifest("confined", `${CONFINED}${settings}`),
    "SYSTEM.md": "Run.",
  });
  const ended = await bench.run("confined");
  expect(ended).toMatchObject({ outcome: "success", output: expect.stringContaining("confined") });
  expect(started).toMatchObject([
    {
      profile: { read: ["/opt"], hasNetwork: true, memoryMb: 64, processes: 5 },
      argv: ["ls", "-l"],
    },
  ]);
});

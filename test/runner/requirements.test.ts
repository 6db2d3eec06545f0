import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findMissingRequirements } from "../../src/runtime/find-missing-requirements.ts";
import { FIXTURES } from "../manifest/dialects/packages.ts";
import { openRunnerBench } from "../support/runner-bench.ts";

const NEEDY = `[hand]
[[requires]]
binary = "a-program-that-nobody-has"
label = "The program"
install = { macos = "brew install it", steps = ["Fetch it", "Put it on PATH"] }
[[requires]]
env = ["FIRST_KEY", "SECOND_KEY"]
`;

const findMissing = (environment: Readonly<Record<string, string>>, secrets = {}) => ({
  findMissing: (hand: Parameters<typeof findMissingRequirements>[0]) =>
    findMissingRequirements(hand, { environment, secrets }),
});

test("a run ends at once where something is missing that the hand requires: it names it, shows how to get it, and asks no model", async () => {
  const bench = await openRunnerBench({ replies: [{ text: "done" }], ...findMissing({ PATH: "/nowhere" }) });
  bench.writeHand("needy", { "HAND.toml": NEEDY, "SYSTEM.md": "Work." });
  const row = await bench.run("needy");
  expect(row).toMatchObject({ outcome: "failure" });
  expect(row.error).toMatch(/a-program-that-nobody-has.*`FIRST_KEY` or `SECOND_KEY`/);
  expect(row.error).toContain("macos: brew install it; steps: Fetch it, then Put it on PATH");
  expect(bench.model.requests).toHaveLength(0);
});

test("one of several variables is enough, a secret of the project counts, and what is optional holds nothing back", () => {
  const requirement = { label: "x", description: null, optional: false, install: {} };
  const hand = {
    requires: [
      { ...requirement, binary: null, env: ["A", "B"] },
      { ...requirement, binary: "sh", env: [] },
    ],
    settings: [],
    parameters: {},
  };
  const path = { PATH: process.env["PATH"] ?? "" };
  expect(findMissingRequirements(hand, { environment: { ...path, B: "1" }, secrets: {} })).toEqual([]);
  expect(findMissingRequirements(hand, { environment: path, secrets: { A: "1" } })).toEqual([]);
  expect(findMissingRequirements(hand, { environment: { ...path, A: "" }, secrets: {} })).toHaveLength(1);
  expect(
    findMissingRequirements(hand, { environment: { PATH: "/nowhere", A: "1" }, secrets: {} }),
  ).toMatchObject([{ binary: "sh" }]);
});

test("what the chosen option needs counts as optional, what another option needs does not count", () => {
  const hand = {
    requires: [],
    settings: [
      {
        key: "stt",
        label: "Speech",
        description: null,
        type: "select" as const,
        options: [
          { value: "local", label: "Local", env: null, binary: "no-such-program" },
          { value: "cloud", label: "Cloud", env: "CLOUD_KEY", binary: null },
        ],
        env: null,
      },
    ],
  };
  const machine = { environment: { PATH: "/nowhere" }, secrets: {} };
  expect(findMissingRequirements({ ...hand, parameters: { stt: "local" } }, machine)).toMatchObject([
    { binary: "no-such-program", optional: true },
  ]);
  expect(findMissingRequirements({ ...hand, parameters: { stt: "cloud" } }, machine)).toMatchObject([
    { env: ["CLOUD_KEY"], optional: true },
  ]);
});

test("an OpenFang hand runs as it is: prompt, configuration and knowledge in its order, its shell asks, and no secret is in the prompt", async () => {
  const secret = "not-for-the-model";
  const bench = await openRunnerBench({
    replies: [{ toolCalls: [{ name: "shell", args: { argv: ["true"] } }] }, { text: "done" }],
    readSecrets: () => ({ VOICE_API_KEY: secret }),
  });
  cpSync(join(FIXTURES, "openfang/clip-maker"), join(bench.dir, "hands/clip-maker"), { recursive: true });
  const waiting = await bench.run("clip-maker");
  expect(waiting).toMatchObject({ status: "waiting", reason: "approval" });
  const system = bench.model.requests[0]?.system ?? "";
  const places = [
    "You cut recordings into clips.",
    '---\n\n# User Configuration\n\n- Speech to text (stt): "local" (On this machine)\n- Burn captions in (captions): true',
    "---\n\n# Reference Knowledge\n\n---\nname: clip-maker",
    "Cut at a pause, never inside a word.",
  ].map((part) => system.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(system).not.toContain("VOICE_API_KEY");
  expect(system).not.toContain(secret);
  rmSync(join(bench.dir, "hands/clip-maker/SKILL.md"));
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success" });
});

import { expect, test } from "vitest";
import { parseManifest } from "../../src/manifest/index.ts";
import { inspectHand } from "../../src/runtime/inspect-hand.ts";

const CONFINED = '[hand]\nname = "builder"\ndescription = "Builds"\n[sandbox]\nenabled = true\n';
const SERVER = '[mcp.files]\ncommand = ["npx", "files"]\n';
const REMOTE = '[mcp.files]\nurl = "https://mcp.example.com/"\n';

function inspect(text: string, isAvailable = true) {
  const { hand } = parseManifest(text, { path: "builder/HAND.toml" });
  if (hand === undefined) throw new Error("the manifest is broken");
  const state = isAvailable
    ? ({ isAvailable, program: "/usr/bin/bwrap", version: "test" } as const)
    : ({ isAvailable, reason: "there is no program bwrap", hint: "Install it." } as const);
  const problems = inspectHand(hand, {
    models: { explainMissing: () => null },
    channels: [],
    mcpServers: [],
    folders: {
      projectDir: "/",
      configPath: null,
      handsDir: "/hands",
      db: "/data/hands.db",
      dataDir: "/data",
    },
    sandbox: { check: () => state },
  });
  return problems.map(({ severity, code }) => [severity, code]);
}

test("a hand that demands a sandbox is in error where there is none, or where it would start a server outside of it", () => {
  expect(inspect(CONFINED)).toEqual([]);
  expect(inspect(CONFINED, false)).toEqual([["error", "sandbox_unavailable"]]);
  expect(inspect(CONFINED + SERVER)).toEqual([["error", "server_not_confined"]]);
  // What runs elsewhere is held by what the hand may reach.
  expect(inspect(CONFINED + REMOTE)).toEqual([]);
  expect(inspect(CONFINED.replace("true", "false") + SERVER, false)).toEqual([]);
});

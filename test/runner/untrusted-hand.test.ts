import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHandSnapshot, writeInstalledHands } from "../../src/manifest/index.ts";
import type { RunnerBench } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { scriptHand } from "../support/simple-hands.ts";

/** Says that the hand came from elsewhere, and that somebody trusts it as it is now. */
async function installAsTrusted(bench: RunnerBench, name: string): Promise<void> {
  const handsDir = join(bench.dir, "hands");
  const { hash } = await readHandSnapshot(join(handsDir, name));
  const at = "2026-01-01T00:00:00.000Z";
  const origin = { source: "/from/elsewhere", commit: null, installedAt: at, installedBy: "ann" };
  const trusted = { hash, at, by: "ann", files: [] };
  await writeInstalledHands(handsDir, [{ folder: name, hash, ...origin, trusted }], "test");
}

test("a trusted hand runs; one that changed since is refused, also before the registry has seen the change", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("oracle", scriptHand("oracle", 'return "as it was";'));
  await installAsTrusted(bench, "oracle");
  expect(await bench.run("oracle")).toMatchObject({ outcome: "success", output: "as it was" });
  const trusted = await bench.parts.hands.lookUp("oracle");
  bench.writeHand("oracle", scriptHand("oracle", 'return "changed";'));
  await expect(bench.runner.trigger("oracle")).rejects.toMatchObject({ code: "hand_broken" });

  const { runner } = await bench.openSecond({ hands: { lookUp: async () => trusted } });
  const id = await runner.trigger("oracle");
  const row = await runner.runHere(id);
  expect(row.output).not.toBe("changed");
  expect(row.started_at).toBeNull();

  writeFileSync(join(bench.dir, "hands/installed.json"), "{");
  const again = await runner.trigger("oracle");
  expect((await runner.runHere(again)).started_at).toBeNull();
});

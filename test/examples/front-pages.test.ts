import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadHandFolder } from "../../src/manifest/index.ts";
import type { ModelRequest } from "../../src/models/index.ts";
import { readPage } from "../checks/pages.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { createStepTool } from "../support/step-tool.ts";

test("the hand of README.md has twelve lines, pays 20 at once and 250 when it is approved", async () => {
  const { blocks } = readPage("README.md");
  const find = (wanted: string) => blocks.find(({ language }) => language === wanted)?.text ?? "";
  expect(find("toml").split("\n")).toHaveLength(12);
  const pay = createStepTool("pay_invoice");
  const bench = await openRunnerBench({ extraTools: [pay] });
  bench.writeHand("invoices", { "HAND.toml": find("toml"), "hand.ts": find("ts") });
  expect((await bench.run("invoices")).outcome).toBe("approval_pending");
  expect(pay.calls.map(({ args }) => args)).toEqual([{ amount: 20 }]);
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success", output: "All is paid" });
  expect(pay.calls.map(({ args }) => args)).toEqual([{ amount: 20 }, { amount: 250 }]);
});

/** The files of a hand that docs/migrate-from-cron.md writes. */
function readFiles(name: string): Record<string, string> {
  const named = readPage("docs/migrate-from-cron.md").blocks.filter(({ meta }) =>
    meta.startsWith(`${name}/`),
  );
  return Object.fromEntries(named.map(({ meta, text }) => [meta.slice(name.length + 1), text]));
}

test("the crontab's line packs a folder as a hand, asks nobody, and fails where its program does", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("pack", readFiles("pack"));
  const folder = join(bench.dir, "site");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "hello");
  const packed = await bench.run("pack", { parameters: { folder } });
  expect(packed.outcome).toBe("success");
  expect(packed.output).toMatch(/folder\.tgz: \d+ bytes$/);
  const failed = await bench.run("pack", { parameters: { folder: join(bench.dir, "elsewhere") } });
  expect(failed.outcome).toBe("failure");
  expect(failed.error).toContain("elsewhere");
});

test("the OpenClaw job is a hand whose model is told what the job said", async () => {
  const asked: ModelRequest[] = [];
  const bench = await openRunnerBench({
    replies: (request) => {
      asked.push(request);
      return { text: "" };
    },
    price: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 },
  });
  bench.writeHand("morning-brief", readFiles("morning-brief"));
  const { hand, diagnostics } = await loadHandFolder(join(bench.dir, "hands", "morning-brief"));
  expect(diagnostics).toEqual([]);
  expect(hand?.output.channel).toEqual(["phone"]);
  expect((await bench.run("morning-brief")).outcome).toBe("success");
  expect(asked[0]?.system).toContain("Summarise what is new");
  expect(asked[0]?.tools.map(({ name }) => name).sort()).toEqual(["memory_get", "memory_set", "rss_fetch"]);
});

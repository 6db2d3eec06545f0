import { existsSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { findExecution, listApprovals } from "../../src/store/index.ts";
import { launchBrowser } from "../support/browser.ts";
import type { DashboardBench, HandFiles } from "./dashboard-bench.ts";
import { openDashboard } from "./dashboard-bench.ts";
import type { OpenedPage } from "./open-page.ts";
import { openPage } from "./open-page.ts";

const browser: Browser | null = await launchBrowser();

afterAll(async () => {
  await browser?.close();
});

/** Its tool loses the connection the first time, with the order half sent: nobody knows whether it was placed. The second time it works. */
const BUYER: HandFiles[string] = {
  "HAND.toml":
    '[hand]\nname = "buyer"\ntrigger = "manual"\n[tools]\nrequired = ["place_order"]\nunattended = ["place_order"]\n',
  "tools/place-order.ts": `import { existsSync, writeFileSync } from "node:fs";
import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "place_order",
  description: "Places an order",
  effect: "destructive",
  input: z.object({ symbol: z.string(), marker: z.string() }),
  execute: ({ symbol, marker }) => {
    if (existsSync(marker)) {
      writeFileSync(marker + ".again", "");
      return { order: "second-" + symbol };
    }
    writeFileSync(marker, "");
    throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  },
});
`,
  "hand.ts": `export default async function (hand) {
  try {
    const placed = await hand.tool("place_order", { symbol: "BTC", marker: hand.input });
    return "Placed " + JSON.stringify(placed);
  } catch (error) {
    return "Went on without it: " + error.code;
  }
}
`,
};

describe.runIf(browser !== null)("the answer to whether an interrupted call happened", () => {
  let bench: DashboardBench;
  let opened: OpenedPage;
  let marker: string;
  let executionId: string;

  beforeEach(async () => {
    if (browser === null) return;
    bench = await openDashboard({ hands: { buyer: BUYER }, roles: { scheduler: false } });
    marker = path.join(bench.runtime.config.projectDir, "was-called");
    opened = await openPage(browser, bench, "/inbox");
    ({ executionId } = (await bench.post("/api/hands/buyer/trigger", { input: marker })) as {
      executionId: string;
    });
    await opened.page.getByRole("heading", { name: /^Did it happen\?/ }).waitFor();
  });
  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  async function openDialog() {
    const { page } = opened;
    expect(await page.getByRole("button", { name: /Approve|Reject/ }).count()).toBe(0);
    await page.keyboard.press("a");
    const dialog = page.getByRole("dialog", { name: "Did place_order happen?" });
    expect(await dialog.getByRole("button", { name: "Answer" }).isDisabled()).toBe(true);
    return dialog;
  }

  async function readEnd() {
    const find = () => findExecution(bench.runtime.store, executionId);
    await expect.poll(async () => (await find())?.status, { timeout: 10_000 }).toBe("ended");
    const [approval] = await listApprovals(bench.runtime.store, { limit: 10 });
    return { execution: await find(), approval, wasCalledAgain: existsSync(`${marker}.again`) };
  }

  test("it happened: the call is not made again, and the hand is given what the person says it gave", async () => {
    const dialog = await openDialog();
    await dialog.getByLabel(/^It happened/).check();
    await dialog.getByLabel(/^What it gave/).fill('{"order":"A-7"}');
    await dialog.getByLabel(/^Note/).fill("Seen at the exchange");
    await dialog.getByRole("button", { name: "It happened" }).click();
    await opened.page.getByText("Answered: happened by ann, through dashboard").waitFor();
    await opened.page.getByText("Seen at the exchange").waitFor();
    const end = await readEnd();
    expect(end.execution).toMatchObject({ outcome: "success", output: 'Placed {"order":"A-7"}' });
    expect(end.approval).toMatchObject({ kind: "unknown", answer: "happened", resolved_by: "ann" });
    expect(end.wasCalledAgain).toBe(false);
    expect(opened.complaints).toEqual([]);
  });

  test("do it again: the call is made once more", async () => {
    const dialog = await openDialog();
    await dialog.getByLabel(/^Do it again/).check();
    await dialog.getByRole("button", { name: "Do it again" }).click();
    await opened.page.getByText("Answered: retry by ann, through dashboard").waitFor();
    const end = await readEnd();
    expect(end.execution).toMatchObject({ outcome: "success", output: 'Placed {"order":"second-BTC"}' });
    expect(end.approval).toMatchObject({ answer: "retry" });
    expect(end.wasCalledAgain).toBe(true);
  });

  test("go on without it: the hand is told that nobody knows", async () => {
    const dialog = await openDialog();
    await dialog.getByLabel(/^Go on without it/).check();
    await dialog.getByRole("button", { name: "Go on without it" }).click();
    await opened.page.getByText("Answered: skip by ann, through dashboard").waitFor();
    const end = await readEnd();
    expect(end.execution).toMatchObject({
      outcome: "success",
      output: "Went on without it: effect_unknown",
    });
    expect(end.approval).toMatchObject({ answer: "skip" });
    expect(end.wasCalledAgain).toBe(false);
  });
});

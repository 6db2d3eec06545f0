import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import type { ScriptedModelOptions } from "../../src/models/index.ts";
import { findExecution } from "../../src/store/index.ts";
import { launchBrowser } from "../support/browser.ts";
import { findViolations } from "./check-accessibility.ts";
import type { DashboardBench } from "./dashboard-bench.ts";
import { openDashboard } from "./dashboard-bench.ts";
import type { OpenedPage } from "./open-page.ts";
import { openPage } from "./open-page.ts";
import { oracleReplies, SAMPLE_HANDS } from "./sample-hands.ts";

const browser: Browser | null = await launchBrowser();

/** Where pictures of the screens go, for people to look at. */
const pictures = process.env.HANDS_TEST_PICTURES;

const WIDTHS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

describe.runIf(browser !== null)("every screen", () => {
  let bench: DashboardBench;
  let opened: OpenedPage;
  const ids = { oracle: "", paymaster: "", scout: "", approval: "" };

  beforeAll(async () => {
    bench = await openDashboard({
      hands: SAMPLE_HANDS,
      replies: oracleReplies as ScriptedModelOptions["replies"],
      price: { inputUsdPerMillionTokens: 3, outputUsdPerMillionTokens: 15 },
      roles: { scheduler: false },
    });
    for (let count = 0; count < 12; count += 1) {
      const input = count % 5 === 3 ? "fail" : null;
      ids.scout = await trigger(bench, "scout", { input });
    }
    ids.oracle = await trigger(bench, "oracle");
    ids.paymaster = await trigger(bench, "paymaster");
    await trigger(bench, "paymaster");
    await bench.post("/api/hands/archivist/pause", { note: "The disk is being moved" });
    for (const id of Object.values(ids)) if (id !== "") await rest(bench, id);
    if (browser !== null) opened = await openPage(browser, bench, "/");
  }, 60_000);

  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await bench?.[Symbol.asyncDispose]();
    await browser?.close();
  });

  const screens: readonly (readonly [name: string, address: () => string, sign: string])[] = [
    ["overview", () => "/", "Spent today"],
    ["inbox", () => "/inbox", "Decide together"],
    ["execution", () => `/executions/${ids.oracle}?step=2`, "awaits approval"],
    ["execution that failed", () => `/executions?outcome=failure`, "503"],
    ["executions", () => "/executions", "paymaster"],
    ["hands", () => "/hands", "is not a cron expression"],
    ["hand", () => "/hands/oracle", "America/New_York"],
    ["hand with charts", () => "/hands/scout", "Last 30 days"],
    ["hand that is broken", () => "/hands/courier?tab=manifest", "schedule = "],
    ["manifest", () => "/hands/oracle?tab=manifest", "HAND.toml"],
    ["prompt", () => "/hands/oracle?tab=brain", "You read the markets"],
    ["tools", () => "/hands/paymaster?tab=tools", "asks: pay"],
    ["gates", () => "/hands/paymaster?tab=gates", "args.amount > 100"],
    ["calendar", () => "/calendar", "The same as a table"],
    ["calendar of a day", () => "/calendar?view=day", "The same as a table"],
    ["settings", () => "/settings", "Listens at"],
    ["models", () => "/settings?tab=models", "No model is set"],
    ["rules", () => "/settings?tab=rules", "Nothing is remembered"],
    ["tokens", () => "/settings?tab=tokens", "bob"],
    ["nothing here", () => "/nowhere", "There is nothing at"],
  ];

  test.each(screens)(
    "%s: shown, readable in both themes on a phone and a desktop, nothing to complain of",
    async (name, address, sign) => {
      const { page, complaints } = opened;
      const before = complaints.length;
      await page.setViewportSize(WIDTHS.desktop);
      await page.goto(bench.url + address());
      await page.getByText(sign).locator("visible=true").first().waitFor();
      for (const [device, size] of Object.entries(WIDTHS)) {
        await page.setViewportSize(size);
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme });
          const violations = await findViolations(page, theme === "light" ? "whole" : "colours");
          expect(violations, `${name}, ${device}, ${theme}`).toEqual([]);
          if (pictures !== undefined) {
            mkdirSync(pictures, { recursive: true });
            const file = `${name.replaceAll(" ", "-")}-${device}-${theme}.png`;
            await page.screenshot({ path: path.join(pictures, file) });
          }
        }
        const overflow: unknown = await page.evaluate(
          "document.documentElement.scrollWidth - window.innerWidth",
        );
        expect(overflow, `${name} does not scroll sideways on a ${device}`).toBeLessThanOrEqual(0);
      }
      expect(complaints.slice(before)).toEqual([]);
    },
    60_000,
  );

  test("an approval's card, its dialogs and the answer to a phone", async () => {
    const { page } = opened;
    for (const size of Object.values(WIDTHS)) {
      await page.setViewportSize(size);
      await page.goto(`${bench.url}/inbox`);
      await page
        .getByRole("link", { name: /Pay an invoice/ })
        .first()
        .click();
      await page.getByRole("article").getByText("Nordwind Hosting GmbH").waitFor();
      for (const button of ["Approve…", "Edit…", "Reject…", "Approve and remember…"]) {
        await page.getByRole("button", { name: button, exact: false }).first().click();
        await page.getByRole("dialog").waitFor();
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme });
          const violations = await findViolations(page, theme === "light" ? "whole" : "colours");
          expect(violations, `${button} ${size.width} ${theme}`).toEqual([]);
        }
        if (pictures !== undefined) {
          await page.screenshot({
            path: path.join(pictures, `dialog-${button.slice(0, -1)}-${size.width}.png`),
          });
        }
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
    }
  }, 60_000);

  test("a hand is started with other parameters, and its page is shown", async () => {
    const { page } = opened;
    await page.setViewportSize(WIDTHS.desktop);
    await page.goto(`${bench.url}/hands/paymaster`);
    await page.getByRole("button", { name: "Run…" }).click();
    const dialog = page.getByRole("dialog", { name: "Run paymaster" });
    await dialog.getByLabel("currency").fill("USD");
    await dialog.getByLabel("dry_run").selectOption("true");
    await dialog.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForURL(/\/executions\//);
    await page.getByText("dry_run").first().waitFor();
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const row = await findExecution(bench.runtime.store, id);
    expect(JSON.parse(row?.parameters_json ?? "null")).toEqual({ currency: "USD", dry_run: true });
  });

  test("a bulk change says how many first, and is not offered without a filter", async () => {
    const { page } = opened;
    await page.goto(`${bench.url}/executions`);
    expect(await page.getByRole("button", { name: "Cancel these…" }).isDisabled()).toBe(true);
    await page.getByLabel("Hand").selectOption("oracle");
    await expect.poll(() => page.url()).toContain("hand=oracle");
    await page.getByRole("button", { name: "Cancel these…" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel all that fit" });
    await dialog.getByText("1 execution", { exact: true }).waitFor();
    await dialog.getByRole("button", { name: "Cancel 1" }).click();
    await dialog.getByText("1 execution cancelled.").waitFor();
    const row = await findExecution(bench.runtime.store, ids.oracle);
    expect(row?.outcome).toBe("cancelled");
  });
});

async function trigger(bench: DashboardBench, name: string, body: unknown = {}): Promise<string> {
  const answer = (await bench.post(`/api/hands/${name}/trigger`, body)) as { readonly executionId: string };
  return answer.executionId;
}

/** Waits until an execution is over or waits for somebody. */
async function rest(bench: DashboardBench, executionId: string): Promise<void> {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    const row = await findExecution(bench.runtime.store, executionId);
    if (row?.status === "ended" || row?.status === "waiting") return;
    await systemClock.sleep(25);
  }
  throw new Error(`execution ${executionId} does not come to rest`);
}

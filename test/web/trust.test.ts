import type { Browser } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { INSTALLED_ORACLE } from "../server/installed-hand.ts";
import { launchBrowser } from "../support/browser.ts";
import { findViolations } from "./check-accessibility.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";

const browser: Browser | null = await launchBrowser();

afterAll(async () => {
  await browser?.close();
});

describe.runIf(browser !== null)("a hand from elsewhere", () => {
  test("says on its page that nothing of it runs, shows what it may do, and runs once a person trusted it", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({ hands: INSTALLED_ORACLE, roles: { scheduler: false } });
    await using opened = await openPage(browser, bench, "/hands/oracle");
    const { page } = opened;
    await page.getByText("Installed, and not trusted yet.").waitFor();
    expect(await page.getByRole("button", { name: "Run…" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Look and decide…" }).click();
    const dialog = page.getByRole("dialog", { name: "Trust oracle?" });
    await dialog.getByText("What it can reach").waitFor();
    await dialog.getByText("api.example.com").waitFor();
    await dialog.getByText("hand.ts", { exact: true }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Trust it as it is" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Installed, and not trusted yet.").waitFor({ state: "detached" });
    await page.getByRole("status").filter({ hasText: "idle" }).waitFor();
    expect(await page.getByRole("button", { name: "Run…" }).isEnabled()).toBe(true);
    expect(opened.complaints).toEqual([]);
  }, 60_000);
});

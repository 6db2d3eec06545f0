import type { Browser } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { findViolations } from "./check-accessibility.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";
import { SAMPLE_HANDS } from "./sample-hands.ts";

const browser: Browser | null = await launchBrowser();

afterAll(async () => {
  await browser?.close();
});

describe.runIf(browser !== null)("who comes in", () => {
  test("a stranger is told how to log in, a wrong token what is wrong, and a right one opens the dashboard", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({ roles: { scheduler: false } });
    const context = await browser.newContext({ colorScheme: "dark" });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    await page.goto(`${bench.url}/inbox`);
    await page.getByRole("heading", { name: "You are not logged in" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByLabel("Or log in with a token").fill("hands_wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").getByText("the token is not known").waitFor();
    await page.getByLabel("Or log in with a token").fill(bench.token);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Nothing waits for you.").waitFor();

    await page.goto(`${bench.url}/settings?tab=session`);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "You are not logged in" }).waitFor();
    await context.close();
  });

  test("a server that stops leaves what was read in place, says so, and a change says what to do", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({ hands: SAMPLE_HANDS, roles: { scheduler: false } });
    await using opened = await openPage(browser, bench, "/hands/scout");
    const { page } = opened;
    await page.getByRole("button", { name: "Pause…" }).waitFor();
    await bench.stop();
    await page.locator("p:visible", { hasText: /Reconnecting|No connection/ }).waitFor();
    await page.getByRole("button", { name: "Pause…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByText("The server does not answer.").waitFor();
    await page.getByRole("dialog").getByText("hands up").waitFor();

    await bench.start();
    await page.locator("p:visible", { hasText: /^Live$/ }).waitFor({ timeout: 20_000 });
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused by ann").waitFor();
    expect(opened.reloads()).toBe(0);
  }, 60_000);
});

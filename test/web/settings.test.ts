import type { Browser } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { openReceiver } from "../support/webhook-receiver.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";

const browser: Browser | null = await launchBrowser();
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

afterAll(async () => {
  await browser?.close();
});

describe.runIf(browser !== null)("the settings", () => {
  test("a channel's button sends it one signed message, and says what came of it, good and bad", async () => {
    if (browser === null) return;
    const receiver = await openReceiver([[204], [500]]);
    const channels = [{ name: "ops", type: "webhook", url: receiver.url, secret: SECRET }] as const;
    await using bench = await openDashboard({ config: { channels }, roles: { scheduler: false } });
    await using opened = await openPage(browser, bench, "/settings?tab=models");
    const { page } = opened;
    const button = page.getByRole("button", { name: "Test ops" });

    await button.click();
    await page.getByRole("status").filter({ hasText: "ops accepted the test message" }).waitFor();
    const [request] = receiver.requests;
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(request?.body ?? "", headers)).toMatchObject({
      data: { text: expect.stringContaining("ann asked Hands to try the channel ops") },
    });

    await button.click();
    await page.getByRole("status").filter({ hasText: "ops answered 500" }).waitFor();
    expect(receiver.requests).toHaveLength(2);
    expect(opened.complaints).toEqual([]);
  });

  test("retention is shown as it is: all is kept, so much of it, in a database of that size", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({ roles: { scheduler: false } });
    await using opened = await openPage(browser, bench, "/settings");
    const { page } = opened;
    await page.getByText("Everything is kept; nothing is pruned.").waitFor();
    const text = await page.getByRole("main").innerText();
    expect(text).toMatch(/Executions\s+0\b/);
    expect(text).toMatch(/Size\s+[\d.]+ (kB|MB)/);
    expect(opened.complaints).toEqual([]);
  });
});

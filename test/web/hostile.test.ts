import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";
import { PAY_TOOL } from "./sample-hands.ts";

const browser: Browser | null = await launchBrowser();

/** A host that is not ours, and what reached it: a request that the browser only announced and then refused to make is no leak. */
const reached: string[] = [];
const foreignServer = createServer((request, response) => {
  reached.push(request.url ?? "");
  response.end();
}).listen(0, "127.0.0.1");
await once(foreignServer, "listening");
const FOREIGN = `http://127.0.0.1:${(foreignServer.address() as AddressInfo).port}`;

afterAll(async () => {
  await browser?.close();
  foreignServer.closeAllConnections();
  foreignServer.close();
});

const ATTACK = `<img src="${FOREIGN}/x.png" onerror="window.attacked = 1"><script>window.attacked = 2</script>`;

/** Everything that a hand can say, said with markup, script, foreign addresses and letters that turn the text around. */
const HOSTILE = {
  "HAND.toml": `[hand]
name = "hostile"
description = '${ATTACK}'
trigger = "manual"
[tools]
required = ["pay_invoice"]
[approval_gates]
pay = { action = "pay_invoice", description = '${ATTACK} Pay \\u' }
`.replace("\\u", "now"),
  "tools/pay-invoice.ts": PAY_TOOL,
  "hand.ts": `export default async function (hand) {
  await hand.step("look", () => ({ html: ${JSON.stringify(ATTACK)} }), { effect: "read" });
  if (hand.input === "html") return ${JSON.stringify(`<style>body{background:url(${FOREIGN}/y)}</style><h1>Report</h1>${ATTACK}`)};
  if (hand.input === "markdown") return ${JSON.stringify(`# Report\n\n${ATTACK}\n\n[click](javascript:window.attacked=3) ![p](${FOREIGN}/z.png) [out](https://example.com/)\n\n\u202Eevil\u2066`)};
  await hand.tool("pay_invoice", { amount: 1, currency: "EUR", to: "acc\\u202Eount\\u200B" + ${JSON.stringify(ATTACK)}, urgent: false, copies: [] });
  return "";
}
`,
};

describe.runIf(browser !== null)("what a hand says cannot act on the page", () => {
  test.each([
    ["markdown", HOSTILE],
    ["html", { ...HOSTILE, "HAND.toml": `${HOSTILE["HAND.toml"]}[output]\nformat = "html"\n` }],
  ])("an output in %s is shown without scripts, pictures and requests", async (format, files) => {
    if (browser === null) return;
    await using bench = await openDashboard({ hands: { hostile: files }, roles: { scheduler: false } });
    await using opened = await openPage(browser, bench, "/");
    const { page } = opened;
    const { executionId } = (await bench.post("/api/hands/hostile/trigger", { input: format })) as {
      executionId: string;
    };
    await page.goto(`${bench.url}/executions/${executionId}`);
    await page.getByText("success").first().waitFor();
    const shown =
      format === "html" ? page.frameLocator("iframe").getByText("Report") : page.getByText("Report");
    await shown.first().waitFor();
    await page.getByRole("button", { name: /look/ }).click();
    await page.getByText("onerror").first().waitFor();

    expect(await page.evaluate("window.attacked")).toBeUndefined();
    await page.waitForLoadState("networkidle");
    expect(reached).toEqual([]);
    if (format === "markdown") {
      expect(await page.locator("main img, main script, a[href^='javascript']").count()).toBe(0);
      expect(await page.getByRole("link", { name: "out" }).getAttribute("rel")).toContain("noopener");
      await page.getByText("\\u{202E}", { exact: true }).waitFor();
    } else {
      expect(await page.locator("iframe").getAttribute("sandbox")).toBe("");
    }
  });

  test("a request spells out what cannot be seen, in the card and while it is edited", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({ hands: { hostile: HOSTILE }, roles: { scheduler: false } });
    await bench.post("/api/hands/hostile/trigger");
    await using opened = await openPage(browser, bench, "/inbox");
    const { page } = opened;
    const card = page.getByRole("article");
    await card.getByText("\\u{202E}", { exact: true }).waitFor();
    await card.getByText("\\u{200B}", { exact: true }).waitFor();
    await page.keyboard.press("e");
    await page
      .getByRole("dialog")
      .getByText(/Something in it cannot be seen/)
      .waitFor();
    expect(await page.evaluate("window.attacked")).toBeUndefined();
    expect(opened.complaints).toEqual([]);
  });
});

import type { Browser, Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { findExecution, listApprovals } from "../../src/store/index.ts";
import { launchBrowser } from "../support/browser.ts";
import type { DashboardBench, HandFiles } from "./dashboard-bench.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";
import { PAY_TOOL, paymaster } from "./sample-hands.ts";

/** Long enough for a machine that is busy with other tests. */
const POLL_MS = 10_000;
const browser: Browser | null = await launchBrowser();

afterAll(async () => {
  await browser?.close();
});

/** Pays what its input says, one after the other. */
const BOOKKEEPER: HandFiles[string] = {
  "HAND.toml": `[hand]
name = "bookkeeper"
trigger = "manual"
[tools]
required = ["pay_invoice"]
[approval_gates]
pay = { action = "pay_invoice", description = "Pay an invoice" }
`,
  "tools/pay-invoice.ts": PAY_TOOL,
  "hand.ts": `export default async function (hand) {
  let paid = 0;
  for (const amount of hand.input) paid += (await hand.tool("pay_invoice", { amount, currency: "EUR", to: "Landlord" })).paid;
  return "Paid " + paid;
}
`,
};

describe.runIf(browser !== null)("approve and remember", () => {
  test("the next same call of the execution is answered by the rule, another one asks again", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({
      hands: { bookkeeper: BOOKKEEPER },
      roles: { scheduler: false },
    });
    await using opened = await openPage(browser, bench, "/inbox");
    const { page } = opened;
    const executionId = await trigger(bench, [800, 800, 900]);
    await remember(page);

    await expect
      .poll(async () => (await listPending(bench))[0]?.args_json, { timeout: POLL_MS })
      .toContain("900");
    await page.getByRole("link", { name: "Next request" }).click();
    await page.getByRole("button", { name: /^Approve…/ }).click();
    await page.getByRole("button", { name: "Approve pay_invoice" }).click();
    expect(await readOutput(bench, executionId)).toBe("Paid 2500");
    expect(await listByPeople(bench)).toHaveLength(2);
    expect(opened.complaints).toEqual([]);
  }, 60_000);

  test("kept for the hand, with an amount that may be anything, it answers the next execution and is listed", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({
      hands: { bookkeeper: BOOKKEEPER },
      roles: { scheduler: false },
    });
    await using opened = await openPage(browser, bench, "/inbox");
    const { page } = opened;
    const first = await trigger(bench, [800]);
    await remember(page, { forHand: true, anyAmount: true });
    expect(await readOutput(bench, first)).toBe("Paid 800");

    const second = await trigger(bench, [950]);
    expect(await readOutput(bench, second)).toBe("Paid 950");
    expect(await listByPeople(bench)).toHaveLength(1);

    await page.goto(`${bench.url}/settings?tab=rules`);
    await page.getByText("other arguments may be anything").waitFor();
    await page.getByText("used 1 time").waitFor();
    await page.getByRole("button", { name: "Revoke the rule for pay_invoice of bookkeeper" }).click();
    await page.getByText("Nothing is remembered.").waitFor();
    await trigger(bench, [950]);
    await waitForPending(bench, 1);
    expect(opened.complaints).toEqual([]);
  }, 60_000);
});

describe.runIf(browser !== null)("the keys of the inbox", () => {
  test("j goes to the next request, k to the one before, and neither leaves the list or acts while one writes", async () => {
    if (browser === null) return;
    await using bench = await openDashboard({
      hands: { paymaster: paymaster('trigger = "manual"'), bookkeeper: BOOKKEEPER },
      roles: { scheduler: false },
    });
    await trigger(bench, [1]);
    await waitForPending(bench, 1);
    await trigger(bench, [2]);
    await waitForPending(bench, 2);
    await bench.post("/api/hands/paymaster/trigger");
    await waitForPending(bench, 3);
    await using opened = await openPage(browser, bench, "/inbox");
    const { page } = opened;
    const rows = page.getByRole("region", { name: "Waiting" }).getByRole("link");
    await expect.poll(() => rows.count(), { timeout: POLL_MS }).toBe(3);
    const findShown = async () => {
      const marks = await rows.evaluateAll((links) => links.map((link) => link.getAttribute("aria-current")));
      return marks.indexOf("true");
    };
    for (const [key, shown] of [
      ["k", 0],
      ["j", 1],
      ["j", 2],
      ["j", 2],
      ["k", 1],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(findShown, { timeout: POLL_MS, message: `after ${key}` }).toBe(shown);
    }
    await page.getByRole("article").getByText("Landlord").first().waitFor();

    await page.keyboard.press("r");
    const note = page.getByRole("dialog", { name: "Reject" }).getByLabel("Why not?");
    await note.focus();
    await page.keyboard.type("jk j");
    expect(await note.inputValue()).toBe("jk j");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await findShown()).toBe(1);
    expect(await listPending(bench)).toHaveLength(3);
  }, 60_000);
});

async function trigger(bench: DashboardBench, amounts: readonly number[]): Promise<string> {
  const answer = (await bench.post("/api/hands/bookkeeper/trigger", { input: amounts })) as {
    executionId: string;
  };
  return answer.executionId;
}

async function remember(page: Page, how: { forHand?: boolean; anyAmount?: boolean } = {}): Promise<void> {
  await page.getByRole("button", { name: "Approve and remember…" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve and remember" });
  if (how.forHand === true) await dialog.getByRole("radio").last().check();
  if (how.anyAmount === true) await dialog.getByLabel("amount").selectOption("any");
  await dialog.getByRole("button", { name: "Approve and remember" }).click();
  await page.getByText(/Approved by ann, through dashboard/).waitFor();
}

async function readOutput(bench: DashboardBench, executionId: string): Promise<string | undefined> {
  const find = () => findExecution(bench.runtime.store, executionId);
  await expect.poll(async () => (await find())?.status, { timeout: POLL_MS }).toBe("ended");
  return (await find())?.output;
}

async function listPending(bench: DashboardBench) {
  const approvals = await listApprovals(bench.runtime.store, { limit: 100 });
  return approvals.filter((approval) => approval.status === "pending");
}

async function waitForPending(bench: DashboardBench, count: number): Promise<void> {
  await expect.poll(() => listPending(bench), { timeout: POLL_MS }).toHaveLength(count);
}

/** What a person was asked and decided. */
async function listByPeople(bench: DashboardBench) {
  const approvals = await listApprovals(bench.runtime.store, { limit: 100 });
  return approvals.filter((approval) => approval.resolved_via === "dashboard");
}

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findExecution, listApprovals, listExecutions } from "../../src/store/index.ts";
import { launchBrowser } from "../support/browser.ts";
import type { DashboardBench } from "./dashboard-bench.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";
import { paymaster, SAMPLE_HANDS } from "./sample-hands.ts";

const browser: Browser | null = await launchBrowser();

afterAll(async () => {
  await browser?.close();
});

describe.runIf(browser !== null)("a scheduled hand's gate, decided in an open inbox", () => {
  test("appears without reload, is edited and approved, and the page follows it to the end", async () => {
    await using bench = await openDashboard({ hands: { paymaster: EVERY_TWO_SECONDS } });
    await using opened = await open(bench, "/inbox");
    const { page } = opened;

    await seeRequest(page);
    await editAndApprove(page);
    await followToTheEnd(page, bench);
    expect(opened.reloads()).toBe(0);
    expect(opened.complaints).toEqual([]);
  }, 60_000);

  test("does the same on Postgres, with the server and the worker apart", async () => {
    await using bench = await openDashboard({ hands: { paymaster: EVERY_TWO_SECONDS }, store: "postgres" });
    await using opened = await open(bench, "/inbox");
    await seeRequest(opened.page);
    await editAndApprove(opened.page);
    await followToTheEnd(opened.page, bench);
    expect(opened.reloads()).toBe(0);
    expect(opened.complaints).toEqual([]);
  }, 120_000);

  test("does the same when the server is stopped and started in between", async () => {
    await using bench = await openDashboard({ hands: { paymaster: EVERY_TWO_SECONDS } });
    await using opened = await open(bench, "/inbox");
    const { page } = opened;
    await seeRequest(page);

    await bench.stop();
    await page.locator("p:visible", { hasText: /Reconnecting|No connection/ }).waitFor();
    await bench.start();
    await page.locator("p:visible", { hasText: /^Live$/ }).waitFor({ timeout: 20_000 });

    await editAndApprove(page);
    await followToTheEnd(page, bench);
    expect(opened.reloads()).toBe(0);
  }, 60_000);
});

describe.runIf(browser !== null)("the inbox", () => {
  let bench: DashboardBench;
  beforeAll(async () => {
    bench = await openDashboard({ hands: SAMPLE_HANDS, roles: { scheduler: false } });
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });

  test("counts what waits in the title, and says by whom somebody else decided, without offering a late tap", async () => {
    await using opened = await open(bench, "/inbox");
    const { page } = opened;
    await page.getByText("Nothing waits for you.").waitFor();
    expect(await page.title()).toBe("Inbox · Hands");

    await bench.post("/api/hands/paymaster/trigger");
    await page.getByRole("heading", { name: "Pay an invoice" }).waitFor();
    await expect.poll(() => page.title()).toBe("(1) Inbox · Hands");
    await expect
      .poll(() => page.locator("[aria-live]").allInnerTexts())
      .toContain("paymaster asks: Pay an invoice");

    const [approval] = await listPending(bench);
    await bench.post(`/api/approvals/${approval?.id}/reject`, { note: "Not this month" });
    await page.getByText(/Rejected by token:bob/).waitFor();
    await page.getByText("Not this month").waitFor();
    expect(await page.getByRole("button", { name: /Approve/ }).count()).toBe(0);
    await expect.poll(() => page.title()).toBe("Inbox · Hands");
  }, 60_000);

  test("asks once more before a key approves what cannot be undone, and shows again what it is", async () => {
    await bench.post("/api/hands/paymaster/trigger");
    await using opened = await open(bench, "/inbox");
    const { page } = opened;
    await page.getByRole("heading", { name: "Pay an invoice" }).waitFor();

    await page.keyboard.press("a");
    const dialog = page.getByRole("dialog", { name: "Approve what cannot be undone?" });
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain("Nordwind Hosting GmbH");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await listPending(bench)).toHaveLength(1);

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys of the inbox" }).waitFor();
    await page.keyboard.press("Escape");

    await page.keyboard.press("r");
    const reject = page.getByRole("dialog", { name: "Reject" });
    expect(await reject.getByRole("button", { name: "Reject" }).isDisabled()).toBe(true);
    await reject.getByLabel("Why not?").fill("Wrong account");
    await reject.getByRole("button", { name: "Reject" }).click();
    await page.getByText(/Rejected by ann, through dashboard/).waitFor();
  }, 60_000);

  test("decides several requests together, each with its arguments in sight", async () => {
    for (let count = 0; count < 3; count += 1) await bench.post("/api/hands/paymaster/trigger");
    await using opened = await open(bench, "/inbox");
    const { page } = opened;
    await expect.poll(() => page.title()).toBe("(3) Inbox · Hands");
    await page.getByRole("button", { name: "Decide together" }).click();
    const dialog = page.getByRole("dialog", { name: /3 requests for pay_invoice/ });
    expect(await dialog.getByText("Nordwind Hosting GmbH").count()).toBe(3);
    await dialog.getByRole("checkbox").first().uncheck();
    await dialog.getByRole("button", { name: "Approve 2" }).click();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await expect.poll(() => page.title()).toBe("(1) Inbox · Hands");
  }, 60_000);
});

const EVERY_TWO_SECONDS = paymaster('schedule = { interval = "2s", overlap = "skip" }\n');

async function open(bench: DashboardBench, address: string) {
  if (browser === null) throw new Error("there is no browser");
  return await openPage(browser, bench, address);
}

async function seeRequest(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Pay an invoice" }).waitFor({ timeout: 20_000 });
  const card = page.getByRole("article");
  expect(await card.innerText()).toContain("1240.5");
  expect(await card.innerText()).toContain("args.amount > 100");
}

async function editAndApprove(page: Page): Promise<void> {
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Edit what pay_invoice is given" });
  const send = dialog.getByRole("button", { name: "Approve with these arguments" });
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByLabel("amount").fill("lots");
  await dialog.getByText("a number is expected").waitFor();
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByLabel("amount").fill("990");
  await dialog.getByLabel("currency").selectOption("CHF");
  expect(await dialog.getByText("before: ").count()).toBe(2);
  await send.click();
  await page.getByText(/Approved by ann, through dashboard/).waitFor({ timeout: 10_000 });
}

async function followToTheEnd(page: Page, bench: DashboardBench): Promise<void> {
  await page.getByRole("link", { name: "Follow the execution" }).click();
  await page.getByRole("status").filter({ hasText: "success" }).waitFor({ timeout: 20_000 });
  await page
    .getByText("990 to Nordwind Hosting GmbH")
    .or(page.getByText("990", { exact: true }))
    .first()
    .waitFor();
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const row = await findExecution(bench.runtime.store, id);
  expect(row).toMatchObject({ status: "ended", outcome: "success", trigger: "schedule" });
  expect(row?.output).toContain("**990**");
  const others = await listExecutions(bench.runtime.store, { handName: "paymaster", limit: 100 });
  expect(others.filter((other) => other.outcome === "success")).toHaveLength(1);
}

async function listPending(bench: DashboardBench) {
  const approvals = await listApprovals(bench.runtime.store, { limit: 100 });
  return approvals.filter((approval) => approval.status === "pending");
}

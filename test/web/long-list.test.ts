import { sql } from "kysely";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import type { DashboardBench } from "./dashboard-bench.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";

const browser: Browser | null = await launchBrowser();
const FEW = 100;
const MANY = 100_000;
const ROUNDS = 31;
const FIRST_AT = Date.UTC(2026, 0, 1);

/** How many failed: the oldest, so that whoever looks for them from the newest on passes by all the others. */
const FAILED = 20;

const LISTS: readonly (readonly [name: string, query: string])[] = [
  ["the first page", ""],
  ["a page of one hand", "?hand=scout"],
  ["the few that failed", "?outcome=failure"],
  ["the few of one hand that failed", "?hand=scout&outcome=failure"],
  ["two outcomes", "?outcome=failure&outcome=success"],
];

describe("a list of 100,000 executions", () => {
  let few: DashboardBench;
  let many: DashboardBench;
  beforeAll(async () => {
    few = await openDashboard({ roles: { scheduler: false } });
    many = await openDashboard({ roles: { scheduler: false } });
    await insertExecutions(few, FEW);
    await insertExecutions(many, MANY);
  }, 120_000);
  afterAll(async () => {
    await few?.[Symbol.asyncDispose]();
    await many?.[Symbol.asyncDispose]();
    await browser?.close();
  });

  test.each(LISTS)("is answered in about the time of one of 100: %s", async (_name, query) => {
    const address = `/api/executions${query}`;
    const fewMs: number[] = [];
    const manyMs: number[] = [];
    // In turns: what else the machine does weighs on both alike.
    for (let round = 0; round < ROUNDS; round += 1) {
      fewMs.push(await measure(few, address));
      manyMs.push(await measure(many, address));
    }
    const ratio = findMedian(manyMs) / findMedian(fewMs);
    expect(ratio, `${findMedian(manyMs)} ms to ${findMedian(fewMs)} ms`).toBeLessThan(4);
  });

  test.runIf(browser !== null)(
    "opens in the browser, the newest on top and few rows in the page",
    async () => {
      if (browser === null) return;
      await using opened = await openPage(browser, many, "/executions");
      const { page } = opened;
      await page
        .locator(`a[href^="/executions/${nameRow(MANY - 1)}"]`)
        .first()
        .waitFor();
      expect(await page.locator(`a[href^="/executions/row-"]`).count()).toBeLessThan(300);
      expect(opened.complaints).toEqual([]);
    },
  );
});

/** The milliseconds of processor time that one answer takes, to its last byte: others on the machine have no part in them. */
async function measure(bench: DashboardBench, address: string): Promise<number> {
  const before = process.cpuUsage();
  const response = await fetch(bench.url + address, { headers: { authorization: `Bearer ${bench.token}` } });
  const { items } = (await response.json()) as { readonly items: readonly unknown[] };
  const { user, system } = process.cpuUsage(before);
  expect(response.status).toBe(200);
  expect(items.length).toBeGreaterThan(0);
  return (user + system) / 1000;
}

function findMedian(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

function nameRow(index: number): string {
  return `row-${String(index).padStart(6, "0")}`;
}

/** Executions that no test would wait for to run: straight into the database. Every second is scout's. */
async function insertExecutions({ runtime }: DashboardBench, count: number): Promise<void> {
  const batch = 500;
  await runtime.store.transaction(async ({ db }) => {
    for (let from = 0; from < count; from += batch) {
      const rows = Array.from({ length: Math.min(batch, count - from) }, (_, index) =>
        createRow(from + index),
      );
      await db
        .insertInto("hand_executions")
        .values(rows as never)
        .execute();
    }
  });
  // Postgres does so by itself within a minute, and until then it takes every condition for a rare one.
  if (runtime.store.capabilities.isShared) await sql`analyze hand_executions`.execute(runtime.store.db);
}

function createRow(index: number) {
  const at = FIRST_AT + index * 1000;
  const isFailed = index < FAILED;
  return {
    id: nameRow(index),
    hand_name: index % 2 === 0 ? "scout" : "oracle",
    trigger: "schedule",
    status: "ended",
    outcome: isFailed ? "failure" : "success",
    error: isFailed ? "the site did not answer" : null,
    created_at: at,
    scheduled_for: at,
    started_at: at,
    completed_at: at + 800,
    output: isFailed ? "" : `Looked at ${index} pages.`,
    attempt: 1,
    chain_json: "[]",
    files_generated_json: "[]",
    input_tokens: 100,
    output_tokens: 10,
    reserved_cost_usd: 0,
    step_count: 0,
    fence: 1,
    lost_leases: 0,
    active_ms: 800,
    priority: 0,
    is_untrusted: 0,
  };
}

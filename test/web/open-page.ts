import type { Browser, Page } from "playwright-core";
import type { DashboardBench } from "./dashboard-bench.ts";

/** A logged-in page of the dashboard, and what a person would see go wrong in its console. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, requests to other hosts. */
  readonly complaints: readonly string[];
  /** How often the page was loaded again since it was opened. */
  reloads(): number;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "light" | "dark";
}

export async function openPage(
  browser: Browser,
  bench: Pick<DashboardBench, "url" | "server">,
  address: string,
  { width = 1440, height = 900, theme = "light" }: PageOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  let loads = 0;
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(bench.url)) complaints.push(`a request to ${request.url()}`);
  });
  await page.goto(await bench.server.createLoginLink());
  await page.locator("p:visible", { hasText: /^Live$/ }).waitFor();
  if (address !== "/") await page.goto(bench.url + address);
  page.on("load", () => {
    loads += 1;
  });
  return {
    page,
    complaints,
    reloads: () => loads,
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}

import type { Browser } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import type { ModelClient } from "../../src/models/index.ts";
import { createScriptedModel } from "../../src/models/index.ts";
import { findExecution } from "../../src/store/index.ts";
import { launchBrowser } from "../support/browser.ts";
import { openDashboard } from "./dashboard-bench.ts";
import { openPage } from "./open-page.ts";

const browser: Browser | null = await launchBrowser();

afterAll(async () => {
  await browser?.close();
});

describe.runIf(browser !== null)("a model's words", () => {
  test("are on the page as they come, before the reply ends, and then give way to the reply", async () => {
    if (browser === null) return;
    const tap = createTap();
    await using bench = await openDashboard({
      hands: {
        speaker: {
          "HAND.toml": '[hand]\nname = "speaker"\ntrigger = "manual"\n[model]\nname = "scripted/model"\n',
          "SYSTEM.md": "You speak.",
        },
      },
      model: tap.model,
      roles: { scheduler: false },
    });
    const { executionId } = (await bench.post("/api/hands/speaker/trigger")) as { executionId: string };
    await using opened = await openPage(browser, bench, `/executions/${executionId}`);
    const { page } = opened;

    (await tap.say)("The harbour was quiet ");
    await page.getByText("The harbour was quiet").waitFor();
    (await tap.say)("until the ferry came, ");
    await page.getByText("The harbour was quiet until the ferry came,").waitFor();
    expect(await findExecution(bench.runtime.store, executionId)).toMatchObject({
      status: "running",
      output: "",
    });

    tap.end();
    await page.getByRole("status").filter({ hasText: "success" }).waitFor();
    await page.getByText("It sailed at noon.").first().waitFor();
    await page.getByText("The harbour was quiet").waitFor({ state: "detached" });
    expect(opened.reloads()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });
});

/** A model that says what the test lets it say, when it lets it, and then replies. */
function createTap() {
  const asked = Promise.withResolvers<(text: string) => void>();
  const ended = Promise.withResolvers<void>();
  const scripted = createScriptedModel({ replies: [{ text: "It sailed at noon." }], clock: systemClock });
  const model: ModelClient = {
    name: scripted.name,
    calculateCostUsd: (usage) => scripted.calculateCostUsd(usage),
    estimateGreatestUsage: (request) => scripted.estimateGreatestUsage(request),
    async generate(request, options) {
      asked.resolve((text) => options.onText?.(text));
      await ended.promise;
      return await scripted.generate(request, { signal: options.signal });
    },
  };
  return { model, say: asked.promise, end: ended.resolve };
}

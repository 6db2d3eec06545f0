import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
  readonly passes: readonly unknown[];
}

const WHOLE = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`;

/** The rules that look at colours: a theme changes nothing else. */
const COLOURS = `{ type: "rule", values: ["color-contrast", "link-in-text-block"] }`;

/** What axe finds on a page, WCAG 2.2 AA and good practice, as lines; it never passes on nothing. */
export async function findViolations(
  page: Page,
  what: "whole" | "colours" = "whole",
): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's own policy allows no foreign one.
  const hasAxe: unknown = await page.evaluate("typeof axe === 'object'");
  if (hasAxe !== true) await page.evaluate(`${source}; undefined`);
  const result = (await page.evaluate(
    `axe.run(document, { resultTypes: ["violations", "passes"], runOnly: ${what === "whole" ? WHOLE : COLOURS} })`,
  )) as AxeResult;
  if (result.passes.length === 0) throw new Error("axe looked at nothing");
  return result.violations.flatMap((violation) =>
    violation.nodes
      .slice(0, 4)
      .map((node) => `${violation.id}: ${node.html.slice(0, 220)} (${node.failureSummary})`),
  );
}

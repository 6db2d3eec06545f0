import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readCaseResults } from "../harness/results.ts";
import { fillPage } from "./fill-page.ts";
import { listCharts } from "./list-charts.ts";

const DOCS = path.join(import.meta.dirname, "..", "..", "docs");

/** Puts the figures of `bench/results` into the page, and draws its charts. Returns the page's path. */
export function writeReport(): string {
  const page = path.join(DOCS, "performance.md");
  const results = readCaseResults();
  for (const result of results.values()) {
    for (const { file, svg } of listCharts(result)) writeFileSync(path.join(DOCS, "images", file), svg);
  }
  writeFileSync(page, fillPage(readFileSync(page, "utf8"), results));
  return path.relative(process.cwd(), page);
}

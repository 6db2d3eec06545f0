import type { CaseResult } from "../harness/results.ts";
import { renderCase } from "./render-case.ts";
import { renderSummary } from "./render-summary.ts";

const PART = /<!-- figures: ([\w-]+) -->\n[\s\S]*?<!-- end of the figures -->/g;

/** Replaces what is between the page's marks, one for each case and one for the summary. Throws where a case has no mark. */
export function fillPage(page: string, results: ReadonlyMap<string, CaseResult>): string {
  const marked = new Set<string>();
  const filled = page.replaceAll(PART, (_part, name: string) => {
    marked.add(name);
    return `<!-- figures: ${name} -->\n\n${renderPart(name, results)}\n\n<!-- end of the figures -->`;
  });
  const unmarked = [...results.keys()].filter((name) => !marked.has(name));
  if (unmarked.length > 0) throw new Error(`docs/performance.md has no marks for ${unmarked.join(", ")}`);
  return filled;
}

function renderPart(name: string, results: ReadonlyMap<string, CaseResult>): string {
  if (name === "summary") return renderSummary([...results.values()]);
  const result = results.get(name);
  return result === undefined
    ? `Not measured yet: \`npm run bench -- ${name}\` does it.`
    : renderCase(result);
}

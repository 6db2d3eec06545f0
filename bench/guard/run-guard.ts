import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runComparison } from "../harness/run-comparison.ts";
import { calculateAdvantage } from "../harness/statistics.ts";
import type { Guarded } from "./comparisons.ts";
import { GUARDED } from "./comparisons.ts";
import { judgeAdvantage } from "./judge-advantage.ts";

const FILE = path.join(import.meta.dirname, "..", "results", "guard.json");

/** In memory where there is such a folder: a disk that synchronises would take most of the time, and is not what is watched. */
const MEMORY_FOLDER = "/dev/shm";

/** A ratio that looks bad is taken anew so often: what made it bad for a moment has gone then, what slowed the program has not. */
const MOST_TRIES = 5;
/** Kept is the worst of so many, and judged the best of those above: noise alone does not fail. */
const KEPT_TRIES = 5;

/** Takes each guarded ratio and holds it against the committed one. Returns whether all are well. `keeps` writes them instead. */
export async function runGuard({ keeps }: { readonly keeps: boolean }): Promise<boolean> {
  const kept = keeps ? {} : (JSON.parse(readFileSync(FILE, "utf8")) as Record<string, number>);
  const found: Record<string, number> = {};
  let isWell = true;
  for (const guarded of GUARDED) {
    const name = nameOf(guarded);
    const before = kept[name];
    if (before === undefined && !keeps)
      throw new Error(`bench/results/guard.json has no ${name}: npm run bench -- --guard --keep`);
    if (before === undefined) {
      found[name] = Math.min(...(await takeAdvantages(guarded, KEPT_TRIES)));
      continue;
    }
    let judged = judgeAdvantage(await takeAdvantage(guarded), before);
    for (let attempt = 1; attempt < MOST_TRIES && !judged.isWell; attempt += 1) {
      judged = judgeAdvantage(await takeAdvantage(guarded), before);
    }
    isWell &&= judged.isWell;
    console.log(`${judged.isWell ? "ok    " : "FAILED"} ${name}: ${judged.text}`);
  }
  if (keeps) writeFileSync(FILE, `${JSON.stringify(found, null, 2)}\n`);
  return isWell;
}

async function takeAdvantages(guarded: Guarded, count: number): Promise<readonly number[]> {
  const advantages: number[] = [];
  while (advantages.length < count) advantages.push(await takeAdvantage(guarded));
  return advantages;
}

async function takeAdvantage({ comparison, against }: Guarded): Promise<number> {
  const result = await runComparison(comparison, {
    rounds: 7,
    root: existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(),
    onProgress: () => {},
  });
  const [metric = ""] = Object.keys(comparison.metrics);
  const advantage = calculateAdvantage(result, metric, against);
  if (advantage === undefined)
    throw new Error(`${comparison.title}: nothing was measured against ${against}`);
  return Number(advantage.toPrecision(3));
}

function nameOf({ comparison, against }: Guarded): string {
  return `${comparison.title}, against ${against}`;
}

// Runs one case in a process of its own, so that none inherits another's heap: NAME ROUNDS SCALE. Figures go to bench/results.

import { CASES } from "../cases/index.ts";
import { describeMachine } from "./machine.ts";
import { formatComparison } from "./print-comparison.ts";
import type { ComparisonResult } from "./results.ts";
import { writeCaseResult } from "./results.ts";
import { runComparison } from "./run-comparison.ts";

const [name = "", rounds = "5", share = "1", folder] = process.argv.slice(2);
const chosen = CASES.find((each) => each.name === name);
if (chosen === undefined) throw new Error(`there is no case ${name}`);

const factor = Number(share);
const takenAt = new Date().toISOString();
const machine = describeMachine();
const comparisons: ComparisonResult[] = [];
for (const comparison of chosen.list({ scale: (full) => Math.max(1, Math.round(full * factor)) })) {
  const result = await runComparison(comparison, {
    rounds: Number(rounds),
    onProgress: (message) => showProgress(`${name}: ${message}`),
  });
  showProgress("");
  console.log(`${formatComparison(result)}\n`);
  comparisons.push(result);
  // After each, so that a run which is ended early keeps what it has.
  writeCaseResult(
    { name, title: chosen.title, takenAt, scale: factor, machine, comparisons },
    folder === "" ? undefined : folder,
  );
}
// A peer may leave timers and connections behind; everything is measured and written.
process.exit();

/** One line that is written over on a terminal, and nothing between lines elsewhere. */
function showProgress(message: string): void {
  if (!process.stderr.isTTY) {
    if (message !== "") process.stderr.write(`${message}\n`);
    return;
  }
  process.stderr.write(`\r\u001b[2K${message.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

// npm run bench: all cases. npm run bench -- NAME …: these. --report, --guard and --list beside it; --rounds and --scale for a quick look.

import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    guard: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    results: { type: "string", default: "" },
  },
});

if (values.report) {
  const { writeReport } = await import("./report/write-report.ts");
  console.log(`${writeReport()} is made from bench/results.`);
} else if (values.guard) {
  const { runGuard } = await import("./guard/run-guard.ts");
  process.exitCode = (await runGuard({ keeps: values.keep })) ? 0 : 1;
} else {
  await runCases();
}

async function runCases(): Promise<void> {
  const { CASES } = await import("./cases/index.ts");
  const names = CASES.map(({ name }) => name);
  if (values.list) {
    for (const { name, title } of CASES) console.log(`${name.padEnd(14)} ${title}`);
    return;
  }
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no case ${unknown.join(", ")}; there are ${names.join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  const { installPeers } = await import("./harness/install-peers.ts");
  installPeers();
  const chosen = positionals.length > 0 ? positionals : names;
  const failed = chosen.filter((name, index) => {
    console.error(`\n[${index + 1} of ${chosen.length}] ${name}`);
    return !runCase(name);
  });
  for (const name of failed) console.error(`The case ${name} failed: see above.`);
  if (failed.length > 0) process.exitCode = 1;
  else console.error("\n`npm run bench -- --report` puts the figures into docs/performance.md.");
}

function runCase(name: string): boolean {
  const file = path.join(import.meta.dirname, "harness", "run-case.ts");
  const args = [name, values.rounds, values.scale, values.results];
  const { status } = spawnSync(process.execPath, ["--expose-gc", file, ...args], { stdio: "inherit" });
  return status === 0;
}

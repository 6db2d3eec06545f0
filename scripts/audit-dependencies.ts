// Asks the registry which of the pinned packages have known weaknesses. `npm run check:audit`; it needs a registry that answers, and says so where none does:
// exit 0 nothing known, 1 something known in what users install, 2 nobody could be asked.

import { spawnSync } from "node:child_process";

const { stdout, error } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
  timeout: 120_000,
});

interface Report {
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

function read(): Report {
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    return { error: { summary: error?.message ?? "npm printed no report" } };
  }
}

const report = read();
if (report.vulnerabilities === undefined) {
  console.error(`Not audited: the registry did not answer (${report.error?.summary || "no reason given"}).`);
  process.exitCode = 2;
} else {
  const found = Object.entries(report.vulnerabilities);
  for (const [name, { severity, range }] of found) console.error(`${severity}: ${name} ${range}`);
  console.error(`${found.length} packages with known weaknesses.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

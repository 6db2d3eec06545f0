// Asks the registry which of the pinned packages have known weaknesses. `npm run check:audit`, or `npm run check:audit -- 60` to wait for up to a minute (12 s).
// Exit 0: nothing high or critical is known in what users install, 1: something is, 2: nobody could be asked.

import { spawnSync } from "node:child_process";

const GRAVE: readonly string[] = ["high", "critical"];
const longestSeconds = Number(process.argv[2] ?? 12);

const { stdout, error } = spawnSync("npm", ["audit", "--omit=dev", "--json", "--fetch-retries=0"], {
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
  timeout: longestSeconds * 1000,
  killSignal: "SIGKILL",
});

interface Report {
  /** Where the registry refused. */
  readonly message?: string;
  readonly error?: { readonly summary?: string };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

function read(): Report {
  if (error !== undefined && "code" in error && error.code === "ETIMEDOUT") {
    return { message: `no answer within ${longestSeconds} s` };
  }
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    return { message: error?.message ?? "npm printed no report" };
  }
}

const report = read();
if (report.vulnerabilities === undefined) {
  const reason = report.error?.summary || report.message || "no reason given";
  console.error(`\nNOT AUDITED: the registry could not be asked for known weaknesses (${reason}).\n`);
  process.exitCode = 2;
} else {
  const found = Object.entries(report.vulnerabilities);
  for (const [name, { severity, range }] of found) console.error(`${severity}: ${name} ${range}`);
  const graveCount = found.filter(([, { severity }]) => GRAVE.includes(severity)).length;
  console.error(
    `${found.length} packages with known weaknesses, ${graveCount} of them high or critical, in what users install.`,
  );
  process.exitCode = graveCount === 0 ? 0 : 1;
}

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const OTHER_PLACES = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

const ARGUMENTS = [
  "--headless",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A real Chromium: the one of `CHROME_PATH`, an installed one, or, for root on Debian and announced, one that is installed now. Null
 * where there is none: then what needs it does not run, and that is said on stderr.
 */
export async function launchBrowser(): Promise<Browser | null> {
  const executablePath = await findBrowser();
  if (executablePath === null) return null;
  const isRoot = process.getuid?.() === 0;
  return await chromium.launch({ executablePath, args: [...ARGUMENTS, ...(isRoot ? ["--no-sandbox"] : [])] });
}

/** The path of a Chromium; installs one where that can be done. Null where there is none. */
export async function findBrowser(): Promise<string | null> {
  const given = process.env.CHROME_PATH;
  if (given !== undefined && given !== "") {
    if (existsSync(given)) return given;
    throw new Error(`CHROME_PATH names ${given}, which does not exist`);
  }
  return searchBrowser() ?? (await installBrowser());
}

function searchBrowser(): string | null {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const candidates = [
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...OTHER_PLACES,
  ];
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

/** Several test files may ask at once: one installs, the others wait for it. */
async function installBrowser(): Promise<string | null> {
  if (
    process.getuid?.() !== 0 ||
    !existsSync("/etc/debian_version") ||
    process.env.HANDS_TEST_NO_INSTALL === "1"
  ) {
    say(
      "THE TESTS OF THE DASHBOARD DO NOT RUN: there is no Chromium. Install one, or name it in CHROME_PATH.",
    );
    return null;
  }
  const lock = path.join(tmpdir(), "hands-install-browser.lock");
  const lockAgeLimitMs = 10 * 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const found = searchBrowser();
      if (found !== null) return found;
      const startedMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - startedMs > lockAgeLimitMs) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    const found = searchBrowser();
    if (found !== null) return found;
    say("There is no Chromium for the tests of the dashboard: installing one (apt-get install chromium).");
    for (const command of ["update", "install -y --no-install-recommends chromium"]) {
      const run = spawnSync(`apt-get ${command}`, {
        shell: true,
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
      if (run.status !== 0) {
        say(`THE TESTS OF THE DASHBOARD DO NOT RUN: apt-get ${command} failed.`);
        return null;
      }
    }
    return searchBrowser();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function say(text: string): void {
  process.stderr.write(`\n${text}\n\n`);
}

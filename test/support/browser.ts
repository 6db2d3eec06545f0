import { existsSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { findSystemProgram } from "./system-program.ts";

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
  return await findSystemProgram({
    title: "Chromium",
    packageName: "chromium",
    missing: "THE TESTS OF THE DASHBOARD DO NOT RUN",
    advice: "Install one, or name it in CHROME_PATH.",
    search: searchBrowser,
  });
}

function searchBrowser(): string | null {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const candidates = [
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...OTHER_PLACES,
  ];
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

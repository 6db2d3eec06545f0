import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A program of the system that some tests cannot do without. */
export interface SystemProgram {
  /** What people call it. */
  readonly title: string;
  /** Its package on Debian. */
  readonly packageName: string;
  /** What does not run without it, as the beginning of a sentence in capitals. */
  readonly missing: string;
  /** What to do where it cannot be installed here. */
  readonly advice: string;
  readonly search: () => string | null;
}

const LOCK_AGE_LIMIT_MS = 10 * 60_000;

/**
 * The path of a program; installs it where that can be done: for root on Debian, announced, unless HANDS_TEST_NO_INSTALL is 1. Null where
 * there is none, which is said on stderr. Several test files may ask at once: one installs, the others wait for it.
 */
export async function findSystemProgram(program: SystemProgram): Promise<string | null> {
  const { title, packageName, missing, advice, search } = program;
  const known = search();
  if (known !== null) return known;
  if (
    process.getuid?.() !== 0 ||
    !existsSync("/etc/debian_version") ||
    process.env.HANDS_TEST_NO_INSTALL === "1"
  ) {
    say(`${missing}: there is no ${title}. ${advice}`);
    return null;
  }
  const lock = path.join(tmpdir(), `hands-install-${packageName}.lock`);
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const found = search();
      if (found !== null) return found;
      const startedMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - startedMs > LOCK_AGE_LIMIT_MS) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    const found = search();
    if (found !== null) return found;
    say(`There is no ${title} for the tests: installing one (apt-get install ${packageName}).`);
    for (const command of ["update", `install -y --no-install-recommends ${packageName}`]) {
      const run = spawnSync(`apt-get ${command}`, {
        shell: true,
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
      if (run.status !== 0) {
        say(`${missing}: apt-get ${command} failed.`);
        return null;
      }
    }
    return search();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function say(text: string): void {
  process.stderr.write(`\n${text}\n\n`);
}

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { pickEnvironment } from "../support/child-environment.ts";
import { runHere } from "./run-here.ts";

const BINARY = fileURLToPath(new URL("../../bin/hands.js", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/program/main.js", import.meta.url));

/** What a command came to. */
export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly json: () => never;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that is still running. */
export interface Running {
  readonly child: ChildProcess;
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Resolves when stdout or stderr has the text. */
  readonly saw: (text: string | RegExp) => Promise<void>;
  readonly ended: Promise<Ran>;
}

/** A project in a folder of its own, and the command line in it. */
export interface CliProject {
  readonly dir: string;
  /** Runs a command to its end in the test's own process, which takes a tenth of what a process of its own takes. */
  readonly hands: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** Starts the real binary. */
  readonly start: (args: readonly string[], options?: RunOptions) => Running;
  readonly write: (path: string, text: string) => Promise<void>;
  readonly read: (path: string) => Promise<string>;
}

/** Makes a project with these files; everything that runs in it is ended with the test. */
export async function createCliProject(files: Readonly<Record<string, string>> = {}): Promise<CliProject> {
  if (!existsSync(BUILT)) throw new Error("dist/ is missing: run `npm run build` first");
  const dir = await mkdtemp(join(tmpdir(), "hands-cli-"));
  const children = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const child of children) child.kill("SIGKILL");
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);

  function start(args: readonly string[], options: RunOptions = {}): Running {
    const child = spawn(process.execPath, [BINARY, ...args], {
      cwd: dir,
      env: { ...pickEnvironment(), HOME: dir, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.add(child);
    let stdout = "";
    let stderr = "";
    const watchers = new Set<() => void>();
    const note = () => {
      for (const watcher of watchers) watcher();
    };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      note();
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
      note();
    });
    const ended = new Promise<Ran>((resolve) => {
      child.on("close", (exitCode) => {
        children.delete(child);
        note();
        resolve({ exitCode, stdout, stderr, json: () => JSON.parse(stdout) as never });
      });
    });
    const saw = (text: string | RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          const all = stdout + stderr;
          if (typeof text === "string" ? all.includes(text) : text.test(all)) {
            watchers.delete(look);
            resolve();
          } else if (child.exitCode !== null && !children.has(child)) {
            reject(new Error(`it ended without saying ${String(text)}:\n${all}`));
          }
        };
        watchers.add(look);
        look();
      });
    return { child, output: () => ({ stdout, stderr }), saw, ended };
  }

  return {
    dir,
    start,
    hands: (args, options) => runHere(dir, args, options),
    write,
    read: (path) => readFile(join(dir, path), "utf8"),
  };
}

import type { ChildProcess } from "node:child_process";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../support/lint-tree.ts";

const run = promisify(execFile);

/** The package as npm packs it, installed into a project that has nothing else. */
export interface InstalledPackage {
  readonly projectDir: string;
  readonly packageDir: string;
  /** What is in the tarball, by path. */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

/** Packs what was built, and installs it with its dependencies, and those alone, from this repository's `node_modules`: no network is needed. */
export async function installPackage(): Promise<InstalledPackage> {
  const projectDir = await mkdtemp(join(tmpdir(), "hands-package-"));
  const packageDir = join(projectDir, "node_modules/hands");
  const modules = join(repositoryRoot, "node_modules");
  const npm = join(modules, "npm/bin/npm-cli.js");
  const options = ["pack", "--json", "--ignore-scripts", "--pack-destination", projectDir];
  const [program, ...lead] = existsSync(npm) ? [process.execPath, npm] : ["npm"];
  const { stdout } = await run(program ?? "npm", [...lead, ...options], {
    cwd: repositoryRoot,
    maxBuffer: 100_000_000,
  });
  const packed = JSON.parse(stdout) as Packed[] | Record<string, Packed>;
  const [tarball] = Object.values(packed);
  if (tarball === undefined) throw new Error("npm packed nothing");
  await mkdir(packageDir, { recursive: true });
  await run("tar", ["-xzf", join(projectDir, tarball.filename), "-C", packageDir, "--strip-components", "1"]);
  const { dependencies } = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8")) as {
    readonly dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    const link = join(projectDir, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(modules, name), link);
  }
  await writeFile(join(projectDir, "package.json"), '{ "private": true, "type": "module" }\n');
  return {
    projectDir,
    packageDir,
    files: tarball.files.map(({ path }) => path),
    remove: () => rm(projectDir, { recursive: true, force: true, maxRetries: 5 }),
  };
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** The installed program while it runs. */
export interface InstalledProgram {
  readonly child: ChildProcess;
  /** Resolves when stderr has something, with what it found there; fails when the program ends before. */
  saw(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** Starts the installed program with this Node. */
export function startInstalled(
  { projectDir, packageDir }: InstalledPackage,
  args: readonly string[],
): InstalledProgram {
  const child = spawn(process.execPath, [join(packageDir, "bin/hands.js"), ...args], {
    cwd: projectDir,
    env: { PATH: process.env["PATH"], HOME: projectDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve)).then((exitCode) => ({
    exitCode,
    stdout,
    stderr,
  }));
  const saw = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(stderr);
        if (found !== null) resolve(found);
      };
      look();
      child.stderr.on("data", look);
      child.on("close", () => reject(new Error(`it ended without ${pattern}: ${stderr}`)));
    });
  return { child, saw, ended };
}

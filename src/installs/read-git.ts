import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import { readArchive } from "./archive/read-archive.ts";
import type { PackageBounds, PackageContent, PackageSource } from "./types.ts";

type GitSource = Extract<PackageSource, { readonly kind: "git" }>;

const LONGEST_MS = 120_000;
/** Files of a repository, whole or in one folder of it, with the headers of tar. */
const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "credential.helper=",
  "protocol.allow=never",
  "protocol.https.allow=always",
  "protocol.ssh.allow=always",
  "protocol.file.allow=always",
  "http.followRedirects=false",
  "transfer.fsckObjects=true",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
];

/**
 * The newest files of a repository: fetched to a bare repository in a temporary folder and read as an archive, so that nothing of it is ever checked out
 * or run. No settings, hooks, filters, submodules or prompts have a part in it.
 *
 * Throws: `tool_failed` where git is missing or fails; `too_large`, `path_outside`.
 */
export async function readGit(
  source: GitSource,
  options: {
    readonly environment: Environment;
    readonly bounds: PackageBounds;
    readonly signal: AbortSignal;
  },
): Promise<PackageContent> {
  const dir = await mkdtemp(join(tmpdir(), "hands-install-"));
  const run = (args: readonly string[]) => runGit(args, { ...options, dir });
  try {
    const branch = source.ref === null ? [] : ["--branch", source.ref];
    const shape = ["--bare", "--depth=1", "--single-branch", "--no-tags", "--no-recurse-submodules"];
    await run(["clone", "--quiet", "--template=", ...shape, ...branch, "--", source.url, join(dir, "bare")]);
    const inside = [`--git-dir=${join(dir, "bare")}`];
    const commit = (await run([...inside, "rev-parse", "HEAD^{commit}"])).toString("latin1").trim();
    const archive = await run([...inside, "archive", "--format=tar", commit]);
    const bounds = { ...options.bounds, archiveBytes: LARGEST_OUTPUT_BYTES };
    return { files: readArchive(archive, bounds), commit };
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

function runGit(
  args: readonly string[],
  { environment, dir, signal }: { environment: Environment; dir: string; signal: AbortSignal },
): Promise<Buffer> {
  const argv = [...SETTINGS.flatMap((setting) => ["-c", setting]), ...args];
  return new Promise((resolve, reject) => {
    execFile(
      "git",
      argv,
      {
        cwd: dir,
        env: createEnvironment(environment, dir),
        encoding: "buffer",
        maxBuffer: LARGEST_OUTPUT_BYTES,
        timeout: LONGEST_MS,
        killSignal: "SIGKILL",
        signal,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (signal.aborted) reject(signal.reason);
        else reject(explainFailure(error, stderr.toString("utf8")));
      },
    );
  });
}

/** Only what finds programs, trusts certificates and lets ssh say who asks. */
function createEnvironment(environment: Environment, dir: string): Record<string, string> {
  const kept = ["PATH", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"];
  const proxies = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
  const passed = [...kept, ...proxies].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    LANG: "C.UTF-8",
    HOME: dir,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "false",
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_ALLOW_PROTOCOL: "https:ssh:file",
  };
}

function explainFailure(error: Error & { code?: unknown; killed?: boolean }, said: string): HandsError {
  if (error.code === "ENOENT") {
    return new HandsError("tool_failed", "git is not installed: there is no such program on the PATH", {
      hint: "Install git, or give a folder or an archive.",
    });
  }
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") {
    return new HandsError("too_large", "the repository holds more than a hand may", {
      hint: "Give the hand a repository of its own, or install from an archive.",
    });
  }
  const reason = error.killed === true ? `it took longer than ${LONGEST_MS / 1000} s` : lastLine(said);
  return new HandsError("tool_failed", `git could not fetch the repository: ${reason}`, {
    hint: "Try `git clone` with the same address. Passwords are not asked for here: use ssh, or an archive.",
  });
}

/** What git says last is why; an address in it may hold a password. */
function lastLine(said: string): string {
  const line = said.trim().split("\n").at(-1) ?? "";
  return line.replace(/\/\/[^/@\s]*@/g, "//").slice(0, 300) || "it said nothing";
}

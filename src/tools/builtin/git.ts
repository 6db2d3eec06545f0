import { existsSync } from "node:fs";
import { z } from "zod";
import type { Clock, Environment } from "../../core/index.ts";
import { HandsError } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { findProgram } from "../find-program.ts";
import type { ToolContext } from "../types.ts";
import type { ProgramResult } from "./run-program.ts";
import { runProgram } from "./run-program.ts";

interface GitParts {
  readonly environment: Environment;
  readonly clock: Clock;
}

const repository = z
  .string()
  .min(1)
  .max(1000)
  .describe("The repository, as [git] repositories of the manifest has it.");

/** A leading dash would make an option of it. */
const revision = z
  .string()
  .max(500)
  .regex(/^[^-\s\0][^\s\0]*$/, "must be a revision or a range, as in HEAD~3..HEAD")
  .describe("A revision or a range, as in HEAD or v1..HEAD.");

const path = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[^\0]*$/);

/**
 * Nothing that a repository says may start a program or speak to anybody. Source: git-config(1), git(1).
 */
const SAFE_SETTINGS: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.pager=cat",
  "core.sshCommand=false",
  "core.attributesFile=/dev/null",
  "credential.helper=",
  "diff.external=",
  "log.showSignature=false",
  "commit.gpgSign=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "protocol.allow=never",
  "submodule.recurse=false",
  "color.ui=false",
];

const PLAIN_DIFF = ["--no-ext-diff", "--no-textconv"] as const;

/** Looks into a repository that the manifest lists. */
export function createGit(parts: GitParts) {
  return defineTool({
    name: "git",
    description: "Looks into a git repository: its log, its status, what changed, or one object.",
    effect: "read",
    untrusted: true,
    timeoutMs: 60_000,
    input: z.strictObject({
      repository,
      command: z.enum(["log", "diff", "status", "show"]),
      revision: revision.optional(),
      paths: z.array(path).max(100).default([]).describe("Only these files and folders."),
      maxCount: z.int().min(1).max(1000).default(20).describe("Commits of a log, at most."),
    }),
    async execute({ command, paths, maxCount, ...args }, context) {
      const options = {
        log: ["--no-color", `--max-count=${maxCount}`, "--date=iso-strict", "--stat", ...PLAIN_DIFF],
        diff: PLAIN_DIFF,
        status: ["--porcelain=v1", "--branch", "--ignore-submodules=all"],
        show: PLAIN_DIFF,
      }[command];
      const revisions =
        args.revision === undefined || command === "status" ? [] : ["--end-of-options", args.revision];
      const result = await runGit(parts, context, args.repository, [
        command,
        ...options,
        ...revisions,
        "--",
        ...paths,
      ]);
      return { output: result.stdout, truncated: result.truncated };
    },
  });
}

/** Commits files of a repository that the manifest lists, as they are. */
export function createGitCommit(parts: GitParts) {
  return defineTool({
    name: "git_commit",
    description:
      "Commits files of a git repository as they are now: these, and nothing else. Runs no hooks and pushes nothing.",
    effect: "write",
    timeoutMs: 60_000,
    input: z.strictObject({
      repository,
      message: z
        .string()
        .min(1)
        .max(10_000)
        .regex(/^[^\0]*$/),
      paths: z.array(path).min(1).max(100).describe("The files and folders to commit."),
    }),
    async execute({ message, paths, ...args }, context) {
      const run = (argv: readonly string[]) => runGit(parts, context, args.repository, argv);
      await run(["add", "--", ...paths]);
      await run(["commit", "--no-verify", "--quiet", `--message=${message}`, "--", ...paths]);
      const { stdout } = await run(["rev-parse", "HEAD"]);
      return { commit: stdout.trim() };
    },
  });
}

async function runGit(
  { environment, clock }: GitParts,
  context: ToolContext,
  asked: string,
  argv: readonly string[],
): Promise<ProgramResult> {
  const repositories = context.ports?.repositories ?? {};
  const folder = Object.hasOwn(repositories, asked) ? repositories[asked] : undefined;
  if (folder === undefined) {
    const known = Object.keys(repositories).join(", ") || "none";
    throw new HandsError("denied", `this hand may not look into ${JSON.stringify(asked)}`, {
      hint: `Its repositories are: ${known}. They are listed in [git] repositories of its HAND.toml.`,
      details: { rule: "git.repositories" },
    });
  }
  if (!existsSync(folder)) {
    throw new HandsError("tool_failed", `the repository ${JSON.stringify(asked)} is not there`, {
      hint: "Mend its path in [git] repositories of HAND.toml, which is relative to the project.",
    });
  }
  const file = findProgram("git", "/", environment["PATH"]);
  if (file === undefined) {
    throw new HandsError("tool_failed", "git is not installed: there is no such program on the PATH", {
      hint: "Install git.",
    });
  }
  const author = `hands: ${context.handName}`;
  const settings = [
    ...SAFE_SETTINGS,
    `safe.directory=${folder}`,
    `user.name=${author}`,
    "user.email=hands@localhost",
  ];
  const result = await runProgram({
    file,
    argv: [
      "git",
      "--no-pager",
      "--literal-pathspecs",
      ...settings.flatMap((setting) => ["-c", setting]),
      ...argv,
    ],
    cwd: folder,
    environment: createGitEnvironment(environment, folder, context),
    input: "",
    signal: context.signal,
    clock,
  });
  if (result.exitCode === 0) return result;
  const said = result.stderr.trim() || result.stdout.trim();
  throw new HandsError(
    "tool_failed",
    `git ${argv[0]} ended with ${result.exitCode ?? result.signal}: ${said}`,
  );
}

/** Neither settings of the machine or the user, nor prompts, nor anything of the network. */
function createGitEnvironment(
  environment: Environment,
  folder: string,
  context: ToolContext,
): Record<string, string> {
  return {
    ...(environment["PATH"] === undefined ? {} : { PATH: environment["PATH"] }),
    LANG: "C.UTF-8",
    HOME: "/nonexistent",
    GIT_DIR: `${folder}/.git`,
    GIT_WORK_TREE: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "false",
    GIT_EDITOR: "false",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
    HANDS_EXECUTION: context.executionId,
  };
}

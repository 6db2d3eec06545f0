import { isAbsolute, join } from "node:path";
import { z } from "zod";
import type { Clock, Environment } from "../../core/index.ts";
import { HandsError, resolveConfinedPath } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { findProgram } from "../find-program.ts";
import type { ProgramStart } from "../sandbox/types.ts";
import type { ToolContext } from "../types.ts";
import { runProgram } from "./run-program.ts";
import { ensureWorkspace } from "./workspace.ts";

const MAX_TIMEOUT_SECONDS = 600;

/** What children of the tool get of the environment; the rest may be secret. */
const ENVIRONMENT_NAMES = ["PATH", "HOME", "LANG", "TERM"] as const;

const withoutNul = z
  .string()
  .max(100_000)
  .refine((text) => !text.includes("\0"), "must not have a NUL character");

/** Runs a program of this machine, as the user that hands runs as, in the hand's sandbox where it demands one. */
export function createShell({
  environment,
  clock,
}: {
  readonly environment: Environment;
  readonly clock: Clock;
}) {
  return defineTool({
    name: "shell",
    description:
      'Runs a program in your workspace and gives its exit code and output. argv is the program and its arguments, one by one: no shell reads them, so there are no pipes, globs or variables. For those, say so: ["sh", "-c", "…"]. A non-zero exit code is a result, not an error.',
    effect: "destructive",
    untrusted: true,
    timeoutMs: MAX_TIMEOUT_SECONDS * 1000,
    input: z.strictObject({
      argv: z.array(withoutNul).min(1).max(500).describe('As in ["git", "status"].'),
      cwd: withoutNul.min(1).default(".").describe("A folder of your workspace to run in."),
      input: z
        .string()
        .max(1_000_000)
        .default("")
        .describe("What the program reads from its standard input."),
      timeoutSeconds: z.number().min(0.1).max(MAX_TIMEOUT_SECONDS).default(120),
    }),
    files: ({ argv, cwd }) => findNamedFiles(argv, cwd, environment.PATH),
    async execute({ argv, cwd: folder, input, timeoutSeconds }, context) {
      if (process.platform === "win32") throw notOnWindows();
      const cwd = await resolveConfinedPath(await ensureWorkspace(context), folder);
      const [name = "", ...args] = argv;
      const file = findProgram(name, cwd, environment.PATH);
      if (file === undefined) throw noProgram(name);
      const deadline = new AbortController();
      const timer = clock.setTimer(timeoutSeconds * 1000, () =>
        deadline.abort(tooSlow(name, timeoutSeconds)),
      );
      try {
        const program: ProgramStart = {
          file,
          argv: [name, ...args],
          cwd,
          environment: createChildEnvironment(environment, context),
        };
        return await runProgram({
          ...(context.confine?.(program) ?? program),
          input,
          signal: AbortSignal.any([context.signal, deadline.signal]),
          clock,
        });
      } finally {
        timer.cancel();
      }
    },
  });
}

function createChildEnvironment(environment: Environment, context: ToolContext): Record<string, string> {
  const passed = ENVIRONMENT_NAMES.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  // Under this name the command line refuses to decide on approvals.
  return { ...Object.fromEntries(passed), HANDS_EXECUTION: context.executionId };
}

/**
 * The program, and every argument that may be the name of a file: which are, only the program knows. One that does not exist
 * is named too, so that it cannot be written between the approval and the run. What a folder holds is not covered.
 */
function findNamedFiles(argv: readonly string[], cwd: string, path: string | undefined): readonly string[] {
  const [program = "", ...args] = argv;
  const relativeToWorkspace = (name: string) => (isAbsolute(name) ? name : join(cwd, name));
  const found = program.includes("/") ? relativeToWorkspace(program) : findProgram(program, "/", path);
  const named = args.flatMap(findNamesIn).filter((name) => name !== "" && name.length <= 4096);
  return [...new Set([...(found === undefined ? [] : [found]), ...named.map(relativeToWorkspace)])];
}

/** `file`, `--option=file`, `-ofile` and `@file`. */
function findNamesIn(argument: string): readonly string[] {
  if (argument.includes("\n")) return [];
  const value = argument.startsWith("--")
    ? argument.split("=").slice(1).join("=")
    : argument.replace(/^-./, "");
  return value.startsWith("@") ? [value.slice(1), value] : [value];
}

function noProgram(name: string): HandsError {
  return new HandsError("tool_failed", `There is no program ${JSON.stringify(name)} that could be executed`, {
    hint: name.includes(" ")
      ? 'argv is one part an entry: ["ls", "-l"], not ["ls -l"].'
      : "Name a program on the PATH, or a file of the workspace as ./name.",
  });
}

function tooSlow(name: string, timeoutSeconds: number): HandsError {
  return new HandsError(
    "timeout",
    `${JSON.stringify(name)} did not end within ${timeoutSeconds} s and was stopped`,
    {
      hint: `Pass a longer timeoutSeconds, at most ${MAX_TIMEOUT_SECONDS}.`,
    },
  );
}

function notOnWindows(): HandsError {
  return new HandsError(
    "tool_failed",
    "shell cannot run on Windows: it could not end what a program starts",
    {
      hint: "Run hands under WSL.",
    },
  );
}

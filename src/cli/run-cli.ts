import type { Command } from "commander";
import { CommanderError } from "commander";
import type { Clock, Environment } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { Act, CommandContext, GlobalOptions } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import type { Interrupts } from "./interrupts.ts";
import { createProgram, VersionWanted } from "./program.ts";
import { reportError } from "./report-error.ts";
import type { Terminal } from "./terminal.ts";

/** What the program is started with. */
export interface CliStart {
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  readonly interrupts: Interrupts;
}

/** Runs one command. Gives the exit code; whatever was thrown has been said. */
export async function runCli(start: CliStart): Promise<number> {
  let exitCode: number = EXIT.ok;
  const act: Act =
    <Arguments extends unknown[]>(work: (context: CommandContext, ...values: Arguments) => Promise<number>) =>
    async (...values: unknown[]) => {
      const command = values.at(-1) as Command;
      const context = createContext(start, command.optsWithGlobals<GlobalOptions>());
      exitCode = await work(context, ...(values.slice(0, -1) as Arguments));
    };
  const program = createProgram(act, start.terminal);
  try {
    if (start.argv.length === 0) program.outputHelp();
    else await program.parseAsync([...start.argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof VersionWanted) return await writeVersion(start.terminal);
    const isJson = start.argv.includes("--json");
    if (!(error instanceof CommanderError)) return await reportError(start.terminal, isJson, error);
    // Help and the version were asked for, and have been written.
    if (error.exitCode === 0) return EXIT.ok;
    return await reportError(start.terminal, isJson, toUsageError(error));
  }
}

async function writeVersion(terminal: Terminal): Promise<number> {
  const { PROGRAM_VERSION } = await import("../runtime/index.ts");
  terminal.out.write(`${PROGRAM_VERSION}\n`);
  return EXIT.ok;
}

function createContext(start: CliStart, globals: GlobalOptions): CommandContext {
  const { terminal, environment, cwd, clock, interrupts } = start;
  const isJson = globals.json === true;
  return {
    terminal: isJson ? { ...terminal, canAsk: false } : terminal,
    environment,
    cwd,
    clock,
    interrupts,
    globals,
    isJson,
  };
}

/** The library's own sentence, without its prefix; what it suggests becomes the hint. */
function toUsageError(error: CommanderError): HandsError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = rest
    .join(" ")
    .trim()
    .replace(/^\(|\)$/g, "");
  return new HandsError("invalid_argument", first, {
    hint: suggestion === "" ? "`hands help COMMAND` shows how a command is used." : suggestion,
  });
}

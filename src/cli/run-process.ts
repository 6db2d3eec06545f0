import { readEnvironment, systemClock } from "../core/index.ts";
import { EXIT } from "./exit-codes.ts";
import { createInterrupts } from "./interrupts.ts";
import { keepAlive } from "./keep-alive.ts";
import { runCli } from "./run-cli.ts";
import { createTerminal } from "./terminal.ts";

/** Runs the command that a process was started with. Gives its exit code. `end` ends the process at once. */
export async function runProcess(process: NodeJS.Process, end: (exitCode: number) => void): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const environment = readEnvironment();
  const argv = process.argv.slice(2);
  const clock = systemClock;
  const work = runCli({
    argv,
    terminal: createTerminal({ stdin, stdout, stderr, environment, argv }),
    environment,
    cwd: process.cwd(),
    clock,
    interrupts: createInterrupts({ source: process, clock, endAtOnce: () => end(EXIT.interrupted) }),
  });
  return await keepAlive(clock, work);
}

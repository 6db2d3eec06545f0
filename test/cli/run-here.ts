import { PassThrough } from "node:stream";
import type { Interrupts } from "../../src/cli/interrupts.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import type { Clock } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";
import type { Ran } from "./cli-project.ts";

const NO_INTERRUPTS: Interrupts = {
  listen: () => ({ signal: new AbortController().signal, [Symbol.dispose]() {} }),
};

/** Runs one command of the command line in this process, in a folder, with no terminal. */
export async function runHere(
  dir: string,
  argv: readonly string[],
  options: {
    readonly clock?: Clock;
    readonly interrupts?: Interrupts;
    /** Is told what is said, as it comes. */
    readonly onText?: (text: string) => void;
  } = {},
): Promise<Ran> {
  const out = collect(options.onText);
  const err = collect(options.onText);
  const environment = { PATH: process.env["PATH"], HOME: dir };
  const exitCode = await runCli({
    argv,
    terminal: createTerminal({
      stdin: new PassThrough(),
      stdout: out.stream,
      stderr: err.stream,
      environment,
      argv,
    }),
    environment,
    cwd: dir,
    clock: options.clock ?? systemClock,
    interrupts: options.interrupts ?? NO_INTERRUPTS,
  });
  const stdout = out.text();
  return { exitCode, stdout, stderr: err.text(), json: () => JSON.parse(stdout) as never };
}

function collect(tell: (text: string) => void = () => {}) {
  const stream = new PassThrough();
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    tell(chunk);
  });
  return { stream, text: () => text };
}

import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Interrupts } from "../../src/cli/interrupts.ts";
import type { runCli as runSourceCli } from "../../src/cli/run-cli.ts";
import type { createTerminal as createSourceTerminal } from "../../src/cli/terminal.ts";
import type { Clock } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { pickEnvironment } from "../support/child-environment.ts";
import type { Ran } from "./cli-project.ts";

const NO_INTERRUPTS: Interrupts = {
  listen: () => ({ signal: new AbortController().signal, [Symbol.dispose]() {} }),
};

/** The program as it is shipped. The sources would be made into modules anew for each test file, and that takes longer than the tests. */
const BUILT = new URL("../../dist/program/", import.meta.url);

async function loadBuilt() {
  if (!existsSync(new URL("main.js", BUILT))) throw new Error("dist/ is missing: run `npm run build` first");
  const [{ runCli }, { createTerminal }] = await Promise.all([
    import(new URL("run-cli.js", BUILT).href) as Promise<{ runCli: typeof runSourceCli }>,
    import(new URL("terminal.js", BUILT).href) as Promise<{ createTerminal: typeof createSourceTerminal }>,
  ]);
  return { runCli, createTerminal };
}

/** Runs one command of the built command line in this process, in a folder, with no terminal. */
export async function runHere(
  dir: string,
  argv: readonly string[],
  options: {
    readonly clock?: Clock;
    readonly interrupts?: Interrupts;
    /** Beside what every process gets, and `HOME`. */
    readonly env?: Readonly<Record<string, string>>;
    /** Is told what is said, as it comes. */
    readonly onText?: (text: string) => void;
  } = {},
): Promise<Ran> {
  const out = collect(options.onText);
  const err = collect(options.onText);
  const environment = { ...pickEnvironment(), HOME: dir, ...options.env };
  const { runCli, createTerminal } = await loadBuilt();
  const exitCode = await runCli({
    argv,
    terminal: createTerminal({
      stdin: new PassThrough().end(),
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
  // What was written last is on its way.
  await nextTurn();
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

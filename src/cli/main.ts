import { enableCompileCache } from "node:module";

// Before anything else is loaded: the second start then compiles nothing.
enableCompileCache();

const { readEnvironment, systemClock } = await import("../core/index.ts");
const { EXIT } = await import("./exit-codes.ts");
const { createInterrupts } = await import("./interrupts.ts");
const { keepAlive } = await import("./keep-alive.ts");
const { runCli } = await import("./run-cli.ts");
const { createTerminal } = await import("./terminal.ts");

// Whoever reads the output has seen enough, as `head` does: that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (stream === process.stdout) process.exit();
  });
}

const environment = readEnvironment();
const argv = process.argv.slice(2);
const clock = systemClock;
const work = runCli({
  argv,
  terminal: createTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment,
    argv,
  }),
  environment,
  cwd: process.cwd(),
  clock,
  interrupts: createInterrupts({
    source: process,
    clock,
    endAtOnce: () => process.exit(EXIT.interrupted),
  }),
});
process.exitCode = await keepAlive(clock, work);
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((resolve) => stream.write("", resolve));
}
// A connection or a thread that somebody forgot must not keep a command that is done.
process.exit();

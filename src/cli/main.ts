import { enableCompileCache } from "node:module";

// Before anything else is loaded: the second start then compiles nothing.
enableCompileCache();

const { runProcess } = await import("./run-process.ts");

// Whoever reads the output has seen enough, as `head` does: that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (stream === process.stdout) process.exit();
  });
}

process.exitCode = await runProcess(process, (exitCode) => process.exit(exitCode));
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((resolve) => stream.write("", resolve));
}
// A connection or a thread that somebody forgot must not keep a command that is done.
process.exit();
